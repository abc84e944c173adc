package dev.switchboard.broadcast.internal;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.broadcast.Subscription;
import dev.switchboard.broadcast.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A quick measurement to be run by hand: one publisher and many cursors on one thread, so that the figures are the cost
 * of the ring alone.
 */
final class RingMeasurement {
    private static final int FRAMES = 500_000;
    private static final int ROUND = 100;

    private RingMeasurement() {}

    public static void main(String[] arguments) {
        for (int round = 0; round < 3; round++) {
            for (int subscribers : new int[] {1, 10, 100}) {
                measure(subscribers);
            }
        }
    }

    private static void measure(int subscribers) {
        RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(8 << 20, 1 << 20), 1 << 30);
        Topic topic = new Topic("topic");
        List<Subscription> cursors = new ArrayList<>();
        for (int i = 0; i < subscribers; i++) {
            cursors.add(broadcaster.subscribe(topic, 0, Frames.ALL, () -> {}));
        }
        byte[] text = " ".repeat(596).getBytes(StandardCharsets.US_ASCII);
        long delivered = 0;
        long start = System.nanoTime();
        for (int i = 0; i < FRAMES; i++) {
            broadcaster.publish(topic, OutboundFrame.text(FrameKind.AGENT, i + 1, text));
            if (i % ROUND == ROUND - 1) {
                for (Subscription cursor : cursors) {
                    delivered += cursor.poll(1 << 16, Long.MAX_VALUE).frames();
                    delivered += cursor.poll(1 << 16, Long.MAX_VALUE).frames();
                }
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%3d subscribers: %,.0f frames/s published, %,.0f deliveries/s, ring %,d bytes%n",
                subscribers, FRAMES / seconds, delivered / seconds, broadcaster.ringBytes());
    }
}
