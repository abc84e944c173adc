package dev.switchboard.broadcast;

import org.osgi.annotation.versioning.ConsumerType;

/** Someone who receives a topic's frames. */
@ConsumerType
@FunctionalInterface
public interface Subscriber {
    /**
     * There is something to {@link Subscription#poll poll}. Called on the publisher's thread, at most once between two
     * polls that found nothing or ended; must return at once, not throw, and not call back into the broadcaster.
     */
    void ready();
}
