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
    /**
     * Says where a topic begins: everything up to record {@code lastSeq} has to be read from the log. Called before the first
     * publish to a topic, and when its log was made anew; subscribers who have less are behind.
     */
    void begin(Topic topic, long lastSeq);

    /** Adds a frame to a topic and wakes its subscribers. Never blocks. */
    void publish(Topic topic, OutboundFrame frame);

    /**
     * Begins to receive what follows record {@code afterSeq}: what is in memory first, then what is published. If
     * records behind it have already left memory, the first poll says {@link Subscription.Batch#behind()}. Of frames that are
     * not records it gets those that are published from now on. Poll once after subscribing: what is there already causes no
     * {@link Subscriber#ready()}.
     *
     * @param afterSeq the last record that the subscriber already has; 0 for none. It may be ahead of what has been published:
     *        records up to it are then passed over
     * @param kinds what it wants; other frames are passed over
     */
    Subscription subscribe(Topic topic, long afterSeq, Set<FrameKind> kinds, Subscriber subscriber);

    /**
     * Forgets a topic. Its subscribers still get what is in memory, those who are behind only the frames that are not records,
     * and then {@link Subscription.Batch#ended()}. Publishing to it begins it anew for new subscribers.
     */
    void close(Topic topic);
}
