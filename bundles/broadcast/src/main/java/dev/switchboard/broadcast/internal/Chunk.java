package dev.switchboard.broadcast.internal;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A piece of a ring: wire images one behind the other, with an index of where each ends. It only ever grows at its end
 * and is never reused, so slices of it stay valid as long as somebody refers to them.
 *
 * <p>One thread at a time appends (under the ring's lock); any number read without a lock. A reader asks for
 * {@link #count()} first: what lies below it was written before and does not change any more.
 */
final class Chunk {
    /** Bounds the index, which comes on top of the data: a frame without an image takes no data at all. */
    static final int MAX_FRAMES = 4096;

    private static final int FIRST_INDEX = 64;
    private static final FrameKind[] KINDS = FrameKind.values();

    private final byte[] data;
    private final ByteBuffer view;
    // The arrays are replaced when they grow; a reader that saw a count sees arrays that reach at least that far.
    private int[] ends;
    private long[] seqs;
    private byte[] kinds;
    private long lastSeq;
    private volatile int count;

    Chunk(int capacity) {
        data = new byte[capacity];
        view = ByteBuffer.wrap(data).asReadOnlyBuffer();
        ends = new int[FIRST_INDEX];
        seqs = new long[FIRST_INDEX];
        kinds = new byte[FIRST_INDEX];
    }

    int capacity() {
        return data.length;
    }

    boolean hasRoom(int size) {
        return count < MAX_FRAMES && size <= data.length - start(count);
    }

    /** Appends a frame with its image. */
    void append(OutboundFrame frame) {
        int start = start(count);
        int size = frame.wireSize();
        frame.wire().get(data, start, size);
        commit(frame, start + size);
    }

    /** Appends a frame that only holds its place in the order. */
    void appendPlace(OutboundFrame frame) {
        commit(frame, start(count));
    }

    private void commit(OutboundFrame frame, int end) {
        int index = count;
        if (index == ends.length) {
            ends = Arrays.copyOf(ends, index * 2);
            seqs = Arrays.copyOf(seqs, index * 2);
            kinds = Arrays.copyOf(kinds, index * 2);
        }
        ends[index] = end;
        seqs[index] = frame.seq();
        kinds[index] = (byte) frame.kind().ordinal();
        if (frame.seq() != 0) {
            lastSeq = frame.seq();
        }
        count = index + 1;
    }

    /** How many frames are there; each below stays as it is. */
    int count() {
        return count;
    }

    int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    int end(int index) {
        return ends[index];
    }

    /** Whether the frame has no image here. */
    boolean isPlace(int index) {
        return end(index) == start(index);
    }

    /** The record's seq; 0 if the frame is not a record. */
    long seq(int index) {
        return seqs[index];
    }

    FrameKind kind(int index) {
        return KINDS[kinds[index]];
    }

    /** The last record in here; 0 if there is none. To be asked under the ring's lock. */
    long lastSeq() {
        return lastSeq;
    }

    /** The bytes from {@code start} to {@code end}, read-only. */
    ByteBuffer slice(int start, int end) {
        return view.slice(start, end - start);
    }
}
