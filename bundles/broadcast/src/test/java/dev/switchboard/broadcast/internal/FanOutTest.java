package dev.switchboard.broadcast.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.broadcast.Subscription;
import dev.switchboard.broadcast.Subscription.Batch;
import dev.switchboard.broadcast.Topic;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FanOutTest {
    private static final Topic TOPIC = new Topic("topic");
    private static final int RECORDS = 60_000;
    private static final Set<FrameKind> RECORD_KINDS = EnumSet.of(FrameKind.STATE, FrameKind.AGENT);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(1 << 18, 1 << 16), 1 << 30);
    /** The log: records 1 to its value are in it. A record is logged before it is published. */
    private final AtomicLong logged = new AtomicLong();

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
    }

    @Test
    @DisplayName("M4 S1 C6 each of 8 subscribers of different speeds gets every record once, in order")
    void everyRecordOnceInOrder() throws Exception {
        List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long pause = i * 40_000L; // nanoseconds after each poll: from never to far too slow for the ring
            readers.add(threads.submit(() -> readAll(pause)));
        }
        Future<?> publisher = threads.submit(this::publishAll);
        publisher.get(50, TimeUnit.SECONDS);
        int fellBehind = 0;
        for (Future<Integer> reader : readers) {
            fellBehind += reader.get(50, TimeUnit.SECONDS);
        }
        assertTrue(fellBehind > 0, "the slow ones must have gone through the log, or this test proves nothing");
    }

    private void publishAll() {
        for (long seq = 1; seq <= RECORDS; seq++) {
            logged.set(seq);
            broadcaster.publish(TOPIC, frame(seq));
            if (seq % 7 == 0) {
                broadcaster.publish(TOPIC, Frames.notice("n"));
            }
        }
    }

    private static OutboundFrame frame(long seq) {
        return seq % 5003 == 0
                ? OutboundFrame.tooLarge(FrameKind.AGENT, seq)
                : Frames.ofWireSize(seq, 40 + (int) (seq % 100));
    }

    /** Follows the topic to its last record; returns how often it went through the log. */
    private int readAll(long pauseNanos) throws InterruptedException {
        Semaphore ready = new Semaphore(0);
        int behind = 0;
        long last = 0;
        try (Subscription subscription = broadcaster.subscribe(TOPIC, 0, RECORD_KINDS, ready::release)) {
            while (last < RECORDS) {
                Batch batch = subscription.poll(16 * 1024, Long.MAX_VALUE);
                for (String text : Frames.texts(batch)) {
                    assertEquals(++last, Long.parseLong(text));
                }
                assertEquals(last, batch.seq());
                if (batch.behind()) {
                    behind++;
                    last = readLog(subscription, last);
                } else if (batch.isEmpty()) {
                    assertTrue(ready.tryAcquire(20, TimeUnit.SECONDS), "not woken behind " + last);
                }
                if (pauseNanos > 0) {
                    LockSupport.parkNanos(pauseNanos);
                }
            }
        }
        return behind;
    }

    private long readLog(Subscription subscription, long last) {
        long seq = last;
        do {
            assertTrue(seq < logged.get(), "told to read the log behind " + seq + ", which has nothing there");
            seq = Math.min(logged.get(), seq + 100);
        } while (!subscription.seek(seq));
        return seq;
    }

    @Test
    @DisplayName("C6 no wake-up is lost between a poll that finds nothing and a publisher")
    void noWakeUpIsLost() throws Exception {
        int rounds = 20_000;
        Semaphore ready = new Semaphore(0);
        Semaphore taken = new Semaphore(0);
        Subscription subscription = broadcaster.subscribe(TOPIC, 0, RECORD_KINDS, ready::release);
        Future<Integer> reader = threads.submit(() -> followCounting(subscription, rounds, ready, taken));
        for (long seq = 1; seq <= rounds; seq++) {
            for (int spin = ThreadLocalRandom.current().nextInt(200); spin > 0; spin--) {
                Thread.onSpinWait(); // so that publishing meets every step of the poll
            }
            broadcaster.publish(TOPIC, Frames.agent(seq));
            assertTrue(taken.tryAcquire(10, TimeUnit.SECONDS), "record " + seq + " was not taken");
        }
        int waits = reader.get(10, TimeUnit.SECONDS);
        assertTrue(ready.availablePermits() <= 1, "woken without having found nothing");
        assertTrue(waits > 0, "it never waited");
    }

    private static int followCounting(Subscription subscription, int rounds, Semaphore ready, Semaphore taken)
            throws InterruptedException {
        int waits = 0;
        while (subscription.seq() < rounds) {
            Batch batch = Frames.poll(subscription);
            taken.release(batch.frames());
            if (batch.isEmpty()) {
                waits++;
                assertTrue(ready.tryAcquire(10, TimeUnit.SECONDS), "not woken behind " + subscription.seq());
            }
        }
        return waits;
    }

    @Test
    @DisplayName("C2 subscribing and leaving while frames are published loses nothing and leaves nothing")
    void comingAndGoing() throws Exception {
        Future<?> publisher = threads.submit(this::publishAll);
        List<Future<?>> visitors = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            visitors.add(threads.submit(this::visit));
        }
        publisher.get(50, TimeUnit.SECONDS);
        for (Future<?> visitor : visitors) {
            visitor.get(50, TimeUnit.SECONDS);
        }
        assertEquals(0, broadcaster.ringBytes());
    }

    private void visit() {
        while (logged.get() < RECORDS) {
            long after = logged.get();
            try (Subscription subscription = broadcaster.subscribe(TOPIC, after, RECORD_KINDS, () -> {})) {
                long last = after;
                for (int polls = 0; polls < 50; polls++) {
                    Batch batch = subscription.poll(4096, Long.MAX_VALUE);
                    for (String text : Frames.texts(batch)) {
                        assertEquals(++last, Long.parseLong(text));
                    }
                    if (batch.behind()) {
                        break;
                    }
                    last = batch.seq();
                }
            }
        }
    }
}
