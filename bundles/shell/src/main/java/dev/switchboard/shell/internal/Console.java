package dev.switchboard.shell.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.content.Content;
import dev.switchboard.protocol.Json;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.apache.karaf.shell.support.table.ShellTable;

/** Where a command writes to: UTF-8, whatever the server's own locale is. */
public final class Console {
    private static final int PIECE = 64 * 1024;

    private final PrintStream out;
    private final BooleanSupplier left;

    /**
     * @param target stays open
     * @param left whether whoever read it is known to have gone
     */
    public Console(OutputStream target, BooleanSupplier left) {
        this.out = new PrintStream(target, false, StandardCharsets.UTF_8);
        this.left = left;
    }

    /** One line, or several if the text has line feeds. */
    public void line(String text) {
        out.print(Printable.lines(text) + "\n");
        out.flush();
    }

    /** A table. Its cells must be {@link Printable}. */
    public void table(ShellTable table) {
        // It prints cell by cell, and over a network each would be a packet.
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        table.print(new PrintStream(whole, false, StandardCharsets.UTF_8), StandardCharsets.UTF_8, true);
        out.writeBytes(whole.toByteArray());
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
        while (position < json.size() && !isGone()) {
            int count = json.read(position, piece.clear());
            out.write(piece.array(), 0, count);
            position += count;
        }
        out.write('\n');
        out.flush();
    }

    /** Whether whoever read this has gone, as far as is known. */
    public boolean isGone() {
        return left.getAsBoolean() || out.checkError();
    }
}
