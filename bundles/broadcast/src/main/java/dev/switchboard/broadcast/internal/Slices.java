package dev.switchboard.broadcast.internal;

import dev.switchboard.broadcast.Subscription.Batch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects frames into as few buffers as they are contiguous. Used by one thread. */
final class Slices {
    private final List<ByteBuffer> buffers = new ArrayList<>(4);
    private Chunk chunk;
    private int start;
    private int end;
    private int frames;
    private long bytes;

    /** Adds the chunk's frame of this index, which has an image. */
    void add(Chunk source, int index) {
        int from = source.start(index);
        int to = source.end(index);
        if (chunk != source || end != from) {
            cut();
            chunk = source;
            start = from;
        }
        end = to;
        frames++;
        bytes += to - from;
    }

    /** Whether a frame of this size may come along: the first one always. */
    boolean hasRoom(int size, int maxBytes) {
        return frames == 0 || bytes + size <= maxBytes;
    }

    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return frames == 0;
    }

    Batch batch(long seq) {
        cut();
        return new Batch(buffers, frames, bytes, seq, false, false);
    }

    /** Nothing was taken: the next record has to be read from the log. */
    static Batch behind(long seq) {
        return new Batch(List.of(), 0, 0, seq, true, false);
    }

    /** Nothing was taken, and nothing will come. */
    static Batch ended(long seq) {
        return new Batch(List.of(), 0, 0, seq, false, true);
    }

    private void cut() {
        if (chunk != null) {
            buffers.add(chunk.slice(start, end));
            chunk = null;
        }
    }
}
