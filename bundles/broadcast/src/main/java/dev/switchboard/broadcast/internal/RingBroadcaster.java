package dev.switchboard.broadcast.internal;

import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.broadcast.QueueLimits;
import dev.switchboard.broadcast.Subscriber;
import dev.switchboard.broadcast.Subscription;
import dev.switchboard.broadcast.Topic;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * A broadcaster that keeps one ring of encoded frames per topic; every subscriber is a cursor on it, nothing is copied
 * or queued for anyone. All rings together hold a bounded part of the heap: beyond it the largest ring loses its oldest
 * chunk.
 */
@Component(immediate = true)
public final class RingBroadcaster implements Broadcaster, MetricSource {
    /** Rings are a convenience: who falls off one reads the log. Sending and the agents' lines need the heap more. */
    private static final int HEAP_FRACTION = 8;

    private final Configuration configuration;
    private final Configuration.Registration registration;
    private final RingMemory memory;
    private final Map<Topic, TopicRing> rings = new ConcurrentHashMap<>();
    /** Those that have subscribers, also of topics that were closed: where the memory is. */
    private final Set<TopicRing> live = ConcurrentHashMap.newKeySet();

    private final LongAdder frames = new LongAdder();
    private final LongAdder behind = new LongAdder();
    private final ReentrantLock limitsLock = new ReentrantLock();
    private volatile QueueLimits limits;

    @Activate
    public RingBroadcaster(@Reference Configuration configuration) {
        this(configuration, Runtime.getRuntime().maxMemory() / HEAP_FRACTION);
    }

    /** @param memoryLimit what all rings may hold together, in bytes */
    RingBroadcaster(Configuration configuration, long memoryLimit) {
        this.configuration = configuration;
        this.memory = new RingMemory(memoryLimit);
        this.registration = configuration.onChange(settings -> readLimits());
        readLimits();
    }

    private void readLimits() {
        // Under the lock the present settings are read anew, so that the last one to write has the newest.
        limitsLock.lock();
        try {
            Settings settings = configuration.settings();
            limits = new QueueLimits(
                    settings.get(ServerSettings.LIMITS_RING_BYTES), settings.get(ServerSettings.LIMITS_QUEUE_BYTES));
        } finally {
            limitsLock.unlock();
        }
    }

    @Override
    public void begin(Topic topic, long lastSeq) {
        boolean begun = false;
        while (!begun) {
            begun = ring(topic).begin(lastSeq); // false if it was closed just now; then there is a new one
        }
    }

    @Override
    public void publish(Topic topic, OutboundFrame frame) {
        frames.increment();
        TopicRing.Outcome outcome = ring(topic).publish(frame, limits);
        while (outcome == TopicRing.Outcome.CLOSED) {
            outcome = ring(topic).publish(frame, limits);
        }
        if (outcome == TopicRing.Outcome.GROWN && memory.isExceeded()) {
            shrink();
        }
    }

    private TopicRing ring(Topic topic) {
        TopicRing ring = rings.get(topic);
        return ring != null ? ring : rings.computeIfAbsent(topic, name -> new TopicRing(memory));
    }

    private void shrink() {
        while (memory.isExceeded()) {
            Optional<TopicRing> largest = live.stream().max(Comparator.comparingLong(TopicRing::bytes));
            if (largest.isEmpty() || !largest.get().dropOldest()) {
                return;
            }
        }
    }

    @Override
    public Subscription subscribe(Topic topic, long afterSeq, Set<FrameKind> kinds, Subscriber subscriber) {
        while (true) {
            TopicRing ring = ring(topic);
            Cursor cursor = new Cursor(ring, kinds, subscriber, behind::increment, closed -> remove(ring, closed));
            if (ring.add(cursor)) {
                live.add(ring);
                cursor.start(afterSeq);
                return cursor;
            }
        }
    }

    private void remove(TopicRing ring, Cursor cursor) {
        ring.remove(cursor);
        if (ring.cursors().isEmpty()) {
            live.remove(ring);
            if (!ring.cursors().isEmpty()) {
                live.add(ring); // somebody subscribed meanwhile
            }
        }
    }

    @Override
    public void close(Topic topic) {
        TopicRing ring = rings.remove(topic);
        if (ring != null) {
            ring.close();
        }
    }

    /** Ends all subscriptions; their subscribers find the next broadcaster. */
    @Deactivate
    void deactivate() {
        registration.close();
        rings.clear();
        live.forEach(ring -> ring.cursors().forEach(Cursor::close));
        live.clear();
    }

    /** The memory that all rings hold, in bytes. */
    long ringBytes() {
        return memory.used();
    }

    @Override
    public void collect(MetricSink sink) {
        int subscribers = live.stream().mapToInt(ring -> ring.cursors().size()).sum();
        sink.gauge("broadcast_topics", "Topics that are known.", Map.of(), rings.size());
        sink.gauge("broadcast_subscribers", "Subscriptions that are open.", Map.of(), subscribers);
        sink.gauge("broadcast_ring_bytes", "Memory that the rings of all topics hold.", Map.of(), ringBytes());
        sink.counter("broadcast_frames_total", "Frames that were published.", Map.of(), frames.sum());
        sink.counter(
                "broadcast_behind_total", "Times that a subscriber had to go on from the log.", Map.of(), behind.sum());
    }
}
