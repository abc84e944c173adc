package dev.switchboard.broadcast.internal;

import static dev.switchboard.broadcast.internal.Frames.ALL;
import static dev.switchboard.broadcast.internal.Frames.agent;
import static dev.switchboard.broadcast.internal.Frames.ofWireSize;
import static dev.switchboard.broadcast.internal.Frames.poll;
import static dev.switchboard.broadcast.internal.Frames.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.broadcast.Subscription;
import dev.switchboard.broadcast.Topic;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.metrics.MetricSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C6 memory per project is bounded")
class RingMemoryTest {
    private static final int RING = 1 << 16;
    private static final Topic TOPIC = new Topic("topic");
    private static final long NO_BOUND = Long.MAX_VALUE;

    @Test
    void aFrameOfTheLimitIsKeptAndOneByteMoreIsNot() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(4 * RING, 2 * RING), NO_BOUND);
        Subscription all = broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        broadcaster.publish(TOPIC, ofWireSize(1, 2 * RING));
        assertEquals(List.of("1"), texts(all.poll(1, Long.MAX_VALUE)));
        broadcaster.publish(TOPIC, ofWireSize(2, 2 * RING + 1));
        assertTrue(poll(all).behind());
    }

    @Test
    void aFrameAsLargeAsTheRingIsKeptAlone() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(RING, 2 * RING), NO_BOUND);
        Subscription all = broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        broadcaster.publish(TOPIC, agent(1));
        broadcaster.publish(TOPIC, ofWireSize(2, RING));
        assertEquals(RING, bytes(broadcaster));
        assertTrue(poll(all).behind());
        assertTrue(all.seek(1));
        assertEquals(List.of("2"), texts(poll(all)));
        broadcaster.publish(TOPIC, ofWireSize(3, RING + 1));
        assertTrue(poll(all).behind());
    }

    @Test
    void aLargeFrameThatIsNotARecordIsLeftOut() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(RING, RING), NO_BOUND);
        Subscription all = broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        broadcaster.publish(TOPIC, Frames.text(FrameKind.PARTIAL, 0, " ".repeat(RING)));
        broadcaster.publish(TOPIC, agent(1));
        assertEquals(List.of("1"), texts(poll(all)));
    }

    @Test
    void theRingKeepsTheNewestFramesWithinItsLimit() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(RING, RING), NO_BOUND);
        broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        for (long seq = 1; seq <= 1000; seq++) {
            broadcaster.publish(TOPIC, ofWireSize(seq, 1024));
            assertTrue(bytes(broadcaster) <= RING, "ring of " + bytes(broadcaster));
        }
        Subscription late = broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        assertTrue(poll(late).behind());
        assertTrue(late.seek(1000 - 56), "7 of 8 chunks are full at least");
        assertEquals(56, poll(late).frames());
        assertFalse(late.seek(1000 - 65));
    }

    @Test
    void framesWithoutImagesTakeBoundedMemoryToo() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(RING, RING), NO_BOUND);
        broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        int frames = 10 * Chunk.MAX_FRAMES;
        for (long seq = 1; seq <= frames; seq++) {
            broadcaster.publish(TOPIC, OutboundFrame.tooLarge(FrameKind.AGENT, seq));
        }
        assertEquals(RING, bytes(broadcaster));
    }

    @Test
    void aTopicWithoutSubscribersTakesNoMemoryButRemembersItsHead() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(RING, RING), NO_BOUND);
        broadcaster.publish(TOPIC, agent(1));
        assertEquals(0, bytes(broadcaster));

        Subscription behind = broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        Subscription current = broadcaster.subscribe(TOPIC, 1, ALL, () -> {});
        broadcaster.publish(TOPIC, agent(2));
        assertTrue(poll(behind).behind());
        assertEquals(List.of("2"), texts(poll(current)));
        behind.close();
        assertTrue(bytes(broadcaster) > 0);
        current.close();
        assertEquals(0, bytes(broadcaster));
        assertTrue(poll(broadcaster.subscribe(TOPIC, 1, ALL, () -> {})).behind());
    }

    @Test
    void aClosedTopicsMemoryGoesWithItsLastSubscriber() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(RING, RING), NO_BOUND);
        Subscription all = broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        broadcaster.publish(TOPIC, agent(1));
        broadcaster.close(TOPIC);
        assertTrue(bytes(broadcaster) > 0);
        all.close();
        assertEquals(Map.of(), whatIsLeft(broadcaster));
    }

    @Test
    void beyondTheBoundOfAllTheLargestRingGivesWay() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(4 * RING, RING), 5 * RING);
        Topic other = new Topic("other");
        Subscription small = broadcaster.subscribe(other, 0, ALL, () -> {});
        Subscription large = broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        broadcaster.publish(other, ofWireSize(1, RING));
        for (long seq = 1; seq <= 4; seq++) {
            broadcaster.publish(TOPIC, ofWireSize(seq, RING));
        }
        assertEquals(5 * RING, bytes(broadcaster));
        assertEquals(List.of("1", "2", "3", "4"), texts(poll(large)));
        large.seek(0);

        broadcaster.publish(other, ofWireSize(2, RING));

        assertEquals(5 * RING, bytes(broadcaster));
        assertEquals(List.of("1", "2"), texts(poll(small)));
        assertTrue(poll(large).behind());
        assertTrue(large.seek(1));
        assertEquals(List.of("2", "3", "4"), texts(poll(large)));
    }

    @Test
    void manyRingsOfOneChunkStayWithinTheBoundToo() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(RING, RING), 2 * RING);
        List<Subscription> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Topic topic = new Topic("t" + i);
            all.add(broadcaster.subscribe(topic, 0, ALL, () -> {}));
            broadcaster.publish(topic, ofWireSize(1, RING));
        }
        assertTrue(bytes(broadcaster) <= 2 * RING);
        assertEquals(8, all.stream().filter(one -> poll(one).behind()).count());
    }

    @Test
    @DisplayName("H4 a changed limit holds from the next frame on")
    void limitsAreLive() {
        EditedConfiguration configuration = new EditedConfiguration();
        RingBroadcaster broadcaster = new RingBroadcaster(configuration, NO_BOUND);
        broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        for (long seq = 1; seq <= 20; seq++) {
            broadcaster.publish(TOPIC, ofWireSize(seq, RING));
        }
        assertEquals(20 * RING, bytes(broadcaster));
        configuration.edit(configuration.settings.with(ServerSettings.LIMITS_RING_BYTES, 3L * RING));
        broadcaster.publish(TOPIC, ofWireSize(21, RING));
        assertEquals(3 * RING, bytes(broadcaster));
        broadcaster.deactivate();
        assertTrue(configuration.listeners.isEmpty());
    }

    @Test
    @DisplayName("S1 a broadcaster that goes ends its subscriptions")
    void deactivationFreesEverything() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(RING, RING), NO_BOUND);
        Subscription all = broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        broadcaster.publish(TOPIC, agent(1));
        broadcaster.deactivate();
        assertTrue(poll(all).isEmpty());
        assertEquals(Map.of(), whatIsLeft(broadcaster));
    }

    @Test
    @DisplayName("H2 figures")
    void tellsItsFigures() {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(RING, RING), NO_BOUND);
        broadcaster.publish(TOPIC, agent(1));
        Subscription one = broadcaster.subscribe(TOPIC, 0, ALL, () -> {});
        poll(one);
        poll(one);
        broadcaster.publish(TOPIC, agent(2));
        assertEquals(
                Map.of(
                        "broadcast_topics", 1.0,
                        "broadcast_subscribers", 1.0,
                        "broadcast_ring_bytes", RING / 8.0,
                        "broadcast_frames_total", 2.0,
                        "broadcast_behind_total", 1.0),
                figures(broadcaster));
    }

    private static int bytes(RingBroadcaster broadcaster) {
        return figures(broadcaster).get("broadcast_ring_bytes").intValue();
    }

    private static Map<String, Double> whatIsLeft(RingBroadcaster broadcaster) {
        Map<String, Double> figures = figures(broadcaster);
        figures.keySet().removeIf(name -> name.endsWith("_total"));
        figures.values().removeIf(value -> value == 0);
        return figures;
    }

    private static Map<String, Double> figures(RingBroadcaster broadcaster) {
        Map<String, Double> figures = new HashMap<>();
        broadcaster.collect(new MetricSink() {
            @Override
            public void counter(String name, String help, Map<String, String> labels, double value) {
                figures.put(name, value);
            }

            @Override
            public void gauge(String name, String help, Map<String, String> labels, double value) {
                figures.put(name, value);
            }

            @Override
            public void histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
                throw new AssertionError(name);
            }
        });
        return figures;
    }

    /** Settings that a test changes. */
    private static final class EditedConfiguration implements Configuration {
        private final List<Consumer<Settings>> listeners = new ArrayList<>();
        private Settings settings = Settings.defaults().with(ServerSettings.LIMITS_RING_BYTES, 20L * RING);

        void edit(Settings edited) {
            settings = edited;
            listeners.forEach(listener -> listener.accept(edited));
        }

        @Override
        public Settings settings() {
            return settings;
        }

        @Override
        public Registration onChange(Consumer<Settings> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public List<String> problems() {
            return List.of();
        }
    }
}
