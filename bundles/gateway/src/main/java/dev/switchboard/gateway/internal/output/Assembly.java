package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.Subscription.Batch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects what goes out with one send: frames up to a target size, or one that is larger than that by itself. */
final class Assembly {
    private static final int SUBSTANTIAL_PART = 4;

    private final int target;
    private final List<ByteBuffer> buffers = new ArrayList<>();
    // Messages that lie one behind the other and are not among the buffers yet.
    private Outgoing first;
    private Outgoing last;
    private long bytes;
    private int frames;
    private Outgoing large;

    Assembly(int target) {
        this.target = target;
    }

    /** Whether another frame may come along. */
    boolean hasRoom() {
        return large == null && bytes < target;
    }

    /** Whether it is worth a write of its own, so that nothing is to be copied only to fill it up. */
    boolean isSubstantial() {
        return bytes >= target / SUBSTANTIAL_PART;
    }

    /** How many bytes may come along. */
    int room() {
        return (int) (target - bytes);
    }

    /** Adds a message; false if it has to wait for the next send. */
    boolean add(Outgoing message) {
        if (message.isLarge()) {
            if (bytes > 0) {
                return false;
            }
            large = message;
            return true;
        }
        if (!fits(message.size())) {
            return false;
        }
        if (first == null || !message.follows(last)) {
            cut();
            first = message;
        }
        last = message;
        bytes += message.size();
        frames++;
        return true;
    }

    /** Adds a batch of frames; false if it has to wait for the next send. */
    boolean add(Batch batch) {
        if (!fits(batch.bytes())) {
            return false;
        }
        cut();
        buffers.addAll(batch.buffers());
        bytes += batch.bytes();
        frames += batch.frames();
        return true;
    }

    /** Adds a frame of a fragmented message, which goes alone. */
    void addFragment(ByteBuffer frame, boolean last) {
        buffers.add(frame);
        bytes = frame.remaining();
        frames = last ? 1 : 0;
    }

    private boolean fits(long size) {
        return large == null && (bytes == 0 || bytes + size <= target);
    }

    boolean isEmpty() {
        return large == null && bytes == 0;
    }

    /** All that was added, in as few buffers as it is contiguous. */
    List<ByteBuffer> buffers() {
        cut();
        return buffers;
    }

    private void cut() {
        if (first != null) {
            buffers.add(first.wire(last));
            first = null;
        }
    }

    long bytes() {
        return bytes;
    }

    int frames() {
        return frames;
    }

    /** The message that has to be sent in fragments, all by itself; {@code null} if there is none. */
    Outgoing large() {
        return large;
    }
}
