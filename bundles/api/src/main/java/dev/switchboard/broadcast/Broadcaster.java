package dev.switchboard.broadcast;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Hands each topic's frames to its subscribers, in order. It keeps the newest frames of a topic, once for all, in
 * bounded memory; a subscriber that falls off that memory is told so and goes on from the log. It never waits for a
 * subscriber and owns no thread.
 *
 * <p>Safe for use by many threads; frames of one topic are published by one thread at a time, records among them in
 * the order of their {@code seq} without holes.
 */
@ProviderType
public interface Broadcaster {
    /** Adds a frame to a topic and wakes its subscribers. Never blocks. */
    void publish(Topic topic, OutboundFrame frame);

    /**
     * Begins to receive what follows record {@code afterSeq}: what is in memory first, then what is published. If
     * records behind it have already left memory, the first poll says {@link Subscription.Batch#behind()}.
     *
     * @param afterSeq the last record that the subscriber already has; 0 for none
     * @param kinds what it wants; other frames are passed over
     */
    Subscription subscribe(Topic topic, long afterSeq, Set<FrameKind> kinds, Subscriber subscriber);

    /** Forgets a topic. Its subscribers still get what is in memory, then nothing more. */
    void close(Topic topic);
}
