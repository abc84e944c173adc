package dev.switchboard.process.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent's standard error: only its end matters, so it is kept small. */
final class StderrSpool {
    /** Above this size the beginning is thrown away. */
    static final long LIMIT = 1 << 20;
    /** What is left then. */
    static final int KEPT = 64 << 10;
    /** What people are shown. */
    static final int TAIL = 4 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(StderrSpool.class);
    private static final Pattern TERMINAL_SEQUENCE =
            Pattern.compile("\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001B]*|.)");
    /** All but line feed and tab, and the marks that turn the direction of writing. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\u202A-\u202E\u2066-\u2069&&[^\n\t]]");

    private final Path file;

    StderrSpool(Path file) {
        this.file = file;
    }

    /** Cuts the spool down if it has grown too large. The agent appends: what it writes in this moment may be lost. */
    void bound() {
        try {
            if (Files.size(file) > LIMIT) {
                byte[] end = end(KEPT);
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(0);
                }
                Files.write(file, end, StandardOpenOption.APPEND);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("released meanwhile");
        } catch (IOException e) {
            LOG.warn("cannot cut an agent's standard error down: {}", e.getMessage());
        }
    }

    /** The end of it as text for people. */
    String tail() {
        try {
            String text = new String(end(TAIL), StandardCharsets.UTF_8);
            return CONTROL.matcher(TERMINAL_SEQUENCE.matcher(text).replaceAll(""))
                    .replaceAll("")
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** At most the last {@code count} bytes, from the beginning of a UTF-8 sequence on. */
    private byte[] end(int count) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long start = Math.max(0, channel.size() - count);
            ByteBuffer buffer = ByteBuffer.allocate(count);
            int read = 0;
            while (read >= 0 && buffer.hasRemaining()) {
                read = channel.read(buffer, start + buffer.position());
            }
            int from = 0;
            while (start > 0 && from < Math.min(3, buffer.position()) && (buffer.get(from) & 0xC0) == 0x80) {
                from++;
            }
            byte[] bytes = new byte[buffer.position() - from];
            buffer.get(from, bytes);
            return bytes;
        }
    }
}
