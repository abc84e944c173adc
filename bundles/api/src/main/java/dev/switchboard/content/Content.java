package dev.switchboard.content;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An immutable sequence of bytes, in memory or in a file. One line of an agent may be 64 MB; what handles it moves it
 * in pieces, so that a small heap is enough.
 *
 * <p>Safe for use by many threads at once. Content in a file stays readable only as long as the file does: whoever
 * hands one out says how long that is.
 */
@ProviderType
public interface Content {
    /** Up to this many bytes providers hand content out in memory; above it, as a region of a file. */
    int IN_MEMORY_LIMIT = 1 << 20;

    /** The length in bytes. */
    long size();

    /**
     * Copies bytes from {@code position} on into the buffer, as many as fit and are there.
     *
     * @return how many were copied: at least 1 unless the buffer is full or {@code position} is at or behind the end
     * @throws java.io.UncheckedIOException if the file behind it cannot be read any more
     */
    int read(long position, ByteBuffer target);

    /** Whether the bytes are in memory, so that {@link #toBytes()} costs no more than a copy. */
    boolean inMemory();

    /**
     * All bytes, as a copy.
     *
     * @throws IllegalStateException if it is larger than an array can be
     */
    default byte[] toBytes() {
        if (size() > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("content of " + size() + " bytes does not fit into an array");
        }
        ByteBuffer target = ByteBuffer.allocate((int) size());
        while (target.hasRemaining() && read(target.position(), target) > 0) {
            // read() has moved the buffer on
        }
        return target.array();
    }

    /** All bytes as UTF-8 text; malformed sequences become U+FFFD. */
    default String toText() {
        return new String(toBytes(), StandardCharsets.UTF_8);
    }

    /** The given array, not copied: the caller must not change it afterwards. */
    static Content of(byte[] bytes) {
        return new MemoryContent(bytes, 0, bytes.length);
    }

    /** A part of the given array, not copied: the caller must not change it afterwards. */
    static Content of(byte[] bytes, int from, int length) {
        return new MemoryContent(bytes, from, length);
    }

    /** The text's UTF-8 bytes. */
    static Content of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes from {@code start} (inclusive) to {@code end} (exclusive) of a file, read when asked for. */
    static Content of(Path file, long start, long end) {
        return new FileContent(file, start, end);
    }
}
