package dev.switchboard.gateway.internal;

import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.broadcast.Subscriber;
import dev.switchboard.broadcast.Subscription;
import dev.switchboard.broadcast.Topic;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Counts the subscriptions that are open. */
final class CountingBroadcaster implements Broadcaster {
    private final Broadcaster target;
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger polls = new AtomicInteger();
    /** Done once, when somebody is about to poll, who has decided by then how far to go. */
    final AtomicReference<Runnable> beforePoll = new AtomicReference<>(() -> {});

    CountingBroadcaster(Broadcaster target) {
        this.target = target;
    }

    @Override
    public void begin(Topic topic, long lastSeq) {
        target.begin(topic, lastSeq);
    }

    @Override
    public void publish(Topic topic, OutboundFrame frame) {
        target.publish(topic, frame);
    }

    @Override
    public Subscription subscribe(Topic topic, long afterSeq, Set<FrameKind> kinds, Subscriber subscriber) {
        Subscription subscription = target.subscribe(topic, afterSeq, kinds, subscriber);
        open.incrementAndGet();
        opened.incrementAndGet();
        AtomicBoolean closed = new AtomicBoolean();
        return new Subscription() {
            @Override
            public Batch poll(int maxBytes, long untilSeq) {
                polls.incrementAndGet();
                beforePoll.getAndSet(() -> {}).run();
                return subscription.poll(maxBytes, untilSeq);
            }

            @Override
            public boolean seek(long seq) {
                return subscription.seek(seq);
            }

            @Override
            public long seq() {
                return subscription.seq();
            }

            @Override
            public void close() {
                subscription.close();
                if (closed.compareAndSet(false, true)) {
                    open.decrementAndGet();
                }
            }
        };
    }

    @Override
    public void close(Topic topic) {
        target.close(topic);
    }
}
