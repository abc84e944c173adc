package dev.switchboard.shell.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.content.Content;
import dev.switchboard.protocol.Json;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.karaf.shell.support.table.ShellTable;

/** Where a command writes to: UTF-8, whatever the server's own locale is. */
public final class Console {
    private static final int PIECE = 64 * 1024;

    private final PrintStream out;

    /** @param target stays open */
    public Console(OutputStream target) {
        out = new PrintStream(target, false, StandardCharsets.UTF_8);
    }

    /** One line, or several if the text has line feeds. */
    public void line(String text) {
        out.print(Printable.lines(text) + "\n");
        out.flush();
    }

    /** A table. Its cells must be {@link Printable}. */
    public void table(ShellTable table) {
        table.print(out, StandardCharsets.UTF_8, true);
        out.flush();
    }

    /** One JSON document on a line. */
    public void json(JsonNode document) {
        content(Json.content(document));
    }

    /** One JSON document on a line, as it is; one of any size goes out in pieces. */
    public void content(Content json) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, Math.max(1, json.size())));
        long position = 0;
        while (position < json.size() && !out.checkError()) {
            int count = json.read(position, piece.clear());
            out.write(piece.array(), 0, count);
            position += count;
        }
        out.write('\n');
        out.flush();
    }

    /** Whether whoever read this has gone, as far as writing has told. */
    public boolean isGone() {
        return out.checkError();
    }
}
