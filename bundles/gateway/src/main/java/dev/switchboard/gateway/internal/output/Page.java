package dev.switchboard.gateway.internal.output;

import java.util.ArrayDeque;
import java.util.Deque;

/** Records that were read from the log for one lane, as frames. Used by one thread at a time. */
final class Page {
    private final Deque<Item> items;
    private final long passed;
    private final boolean nothing;

    /**
     * A frame.
     *
     * @param seq the record, or the last of those that are missing
     */
    record Item(long seq, Outgoing message) {}

    /** @param passed the record up to which the log was read, whether or not it was wanted */
    Page(Deque<Item> items, long passed) {
        this.items = new ArrayDeque<>(items);
        this.passed = passed;
        this.nothing = items.isEmpty();
    }

    /** The next frame, or {@code null}. */
    Item peek() {
        return items.peek();
    }

    void remove() {
        items.remove();
    }

    long passed() {
        return passed;
    }

    /** Whether it had no frame when it was read. */
    boolean hadNothing() {
        return nothing;
    }
}
