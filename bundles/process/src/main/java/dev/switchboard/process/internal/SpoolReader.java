package dev.switchboard.process.internal;

import dev.switchboard.content.Content;
import dev.switchboard.process.SpoolLine;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a growing file into lines, reading every byte once. What is held of an unfinished line is bounded: a line above
 * {@link Content#IN_MEMORY_LIMIT} is remembered only by where it begins. For one thread.
 */
final class SpoolReader implements Closeable {
    /** A batch ends at whichever comes first. */
    static final int BATCH_LINES = 512;

    static final int BATCH_BYTES = 256 << 10;
    /** How much of a line without an end is looked through before other agents have their turn. */
    private static final int TURN_BYTES = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private long lineStart;
    /** Up to here there is no line feed behind {@link #lineStart}. */
    private long scanned;
    /** The bytes from lineStart to scanned; empty if the line is long. */
    private ByteArrayOutputStream held = new ByteArrayOutputStream();

    private boolean exhausted;
    /** Whether the batch cannot take the line that comes next. */
    private boolean full;

    private long batchMemory;

    SpoolReader(Path file, long offset) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.lineStart = offset;
        this.scanned = offset;
    }

    /**
     * The next complete lines.
     *
     * @param buffer scratch space with an array, shared with other readers of the same thread
     * @param limit nothing behind this offset is read
     * @return empty if no line is complete yet, or if a very long one needs further calls; see {@link #exhausted()}
     */
    List<SpoolLine> read(ByteBuffer buffer, long limit) throws IOException {
        List<SpoolLine> lines = new ArrayList<>();
        long start = scanned;
        long lineBytes = 0;
        exhausted = false;
        full = false;
        batchMemory = 0;
        while (!full && lines.size() < BATCH_LINES && lineBytes < BATCH_BYTES && scanned - start < TURN_BYTES) {
            buffer.clear().limit((int) Math.max(0, Math.min(buffer.capacity(), limit - scanned)));
            int count = buffer.hasRemaining() ? channel.read(buffer, scanned) : -1;
            if (count <= 0) {
                exhausted = true;
                break;
            }
            long before = lineStart;
            cut(buffer.array(), count, lines);
            lineBytes += lineStart - before;
        }
        return lines;
    }

    /** Whether the last read came to the end of what there is. */
    boolean exhausted() {
        return exhausted;
    }

    /** What is there of a last line without its line feed. */
    Optional<SpoolLine> torn() {
        return scanned == lineStart
                ? Optional.empty()
                : Optional.of(new SpoolLine(content(new byte[0], 0, 0, scanned), scanned, true));
    }

    /** The file's present size. */
    long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Takes the lines that end within the bytes as far as they fit into the batch, and holds what follows. */
    private void cut(byte[] bytes, int count, List<SpoolLine> lines) {
        int from = 0;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                long end = scanned + (i - from);
                full = lines.size() == BATCH_LINES || batchMemory + memory(end) > Content.IN_MEMORY_LIMIT;
                if (full) {
                    return; // read again for the next batch
                }
                batchMemory += memory(end);
                lines.add(new SpoolLine(content(bytes, from, i - from, end), end + 1, false));
                lineStart = end + 1;
                scanned = lineStart;
                from = i + 1;
                release();
            }
        }
        hold(bytes, from, count - from);
        scanned += count - from;
    }

    /** How much of the heap the line takes that ends here. */
    private long memory(long end) {
        return end - lineStart > Content.IN_MEMORY_LIMIT ? 0 : end - lineStart;
    }

    private Content content(byte[] bytes, int from, int length, long end) {
        if (end - lineStart > Content.IN_MEMORY_LIMIT) {
            return Content.of(file, lineStart, end);
        }
        if (held.size() == 0) {
            return Content.of(Arrays.copyOfRange(bytes, from, from + length));
        }
        held.write(bytes, from, length);
        return Content.of(held.toByteArray());
    }

    private void hold(byte[] bytes, int from, int length) {
        if (scanned + length - lineStart <= Content.IN_MEMORY_LIMIT) {
            held.write(bytes, from, length);
        } else {
            release();
        }
    }

    /** A buffer that has grown large is not kept for the small lines that follow. */
    private void release() {
        if (held.size() > BATCH_BYTES) {
            held = new ByteArrayOutputStream();
        } else {
            held.reset();
        }
    }
}
