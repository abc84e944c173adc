package dev.switchboard.broadcast;

import org.osgi.annotation.versioning.ConsumerType;

/** Someone who receives a topic's frames. */
@ConsumerType
@FunctionalInterface
public interface Subscriber {
    /**
     * There is something to {@link Subscription#poll poll} again: a frame of a wanted kind, or, of whatever kind, the record
     * that the last poll was to go up to. Called on the publisher's thread, once after a poll that came back empty and not
     * behind; must return at once, not throw, and not call back into the broadcaster. It may come once more
     * while the subscription is being closed.
     */
    void ready();
}
