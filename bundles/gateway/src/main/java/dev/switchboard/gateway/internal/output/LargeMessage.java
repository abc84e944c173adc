package dev.switchboard.gateway.internal.output;

import java.nio.ByteBuffer;

/**
 * A large message that is being sent in fragments, the next of which is read on the pool while the one before is under
 * way. Used under the outbox's lock.
 */
final class LargeMessage {
    private final Outbox outbox;
    private final Fragments fragments;
    private ByteBuffer next;

    LargeMessage(Outbox outbox, Outgoing message) {
        this.outbox = outbox;
        this.fragments = new Fragments(message.text());
        read();
    }

    /**
     * Adds the next fragment if it has been read.
     *
     * @return whether it was the last
     */
    boolean fill(Assembly send) {
        if (next == null) {
            return false;
        }
        boolean last = fragments.isDone();
        send.addFragment(next, last);
        next = null;
        if (!last) {
            read();
        }
        return last;
    }

    private void read() {
        outbox.readFragment(fragments, fragment -> next = fragment);
    }
}
