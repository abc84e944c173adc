package dev.switchboard.gateway.internal.output;

import java.util.List;

/** Records that were read from the log, as frames, and how far one lane has come with them. Used by one thread at a time. */
final class Page {
    private final List<Item> items;
    private final long passed;
    private final boolean nothing;
    private int next;

    /**
     * A frame. Immutable.
     *
     * @param seq the record, or the last of those that are missing
     */
    record Item(long seq, Outgoing message) {}

    /**
     * @param items in order; not changed any more
     * @param afterSeq the last record that the lane has
     * @param passed the record up to which the log was read, whether or not it was wanted
     */
    Page(List<Item> items, long afterSeq, long passed) {
        this.items = items;
        this.passed = passed;
        this.next = firstBehind(items, afterSeq);
        this.nothing = next == items.size();
    }

    private static int firstBehind(List<Item> items, long seq) {
        int low = 0;
        int high = items.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (items.get(middle).seq() <= seq) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The next frame, or {@code null}. */
    Item peek() {
        return next < items.size() ? items.get(next) : null;
    }

    void remove() {
        next++;
    }

    long passed() {
        return passed;
    }

    /** Whether it had no frame for the lane when it was read. */
    boolean hadNothing() {
        return nothing;
    }
}
