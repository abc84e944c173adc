package dev.switchboard.gateway.internal.output;

import java.util.ArrayList;
import java.util.List;

/** Messages that wait for their place in a project's stream, in the order of their places. Used under the outbox's lock. */
final class PlacedMessages {
    private final List<Placed> waiting = new ArrayList<>();

    /** @param afterSeq the record that it comes behind; 0 if at once */
    private record Placed(long afterSeq, Outgoing message) {}

    /** Puts a message behind the record, and behind what was put there before. */
    void add(long afterSeq, Outgoing message) {
        int index = waiting.size();
        while (index > 0 && waiting.get(index - 1).afterSeq > afterSeq) {
            index--;
        }
        waiting.add(index, new Placed(afterSeq, message));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The record that the first comes behind; {@link Long#MAX_VALUE} if there is none. */
    long firstPlace() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.get(0).afterSeq;
    }

    Outgoing first() {
        return waiting.get(0).message;
    }

    void removeFirst() {
        waiting.remove(0);
    }

    /** The places will never come: all may go at once. */
    void release() {
        waiting.replaceAll(placed -> new Placed(0, placed.message));
    }

    void clear() {
        waiting.clear();
    }
}
