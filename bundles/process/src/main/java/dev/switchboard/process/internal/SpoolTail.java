package dev.switchboard.process.internal;

import dev.switchboard.process.OutputConsumer;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.SpoolLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer's way through one agent's output. Turns are taken on the tailer's thread only; what others may do is
 * close it or make it fail.
 */
final class SpoolTail {
    /** Nothing to do before somebody wakes the tailer. */
    static final long NEVER = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(SpoolTail.class);
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    /** How long after a line the next one, and after a message its answer, is looked for more often. */
    private static final long EAGER = TimeUnit.MILLISECONDS.toNanos(25);

    private static final long EAGER_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);
    /** How long after a message its answer is looked for as soon as can be: somebody waits for it. */
    private static final long URGENT = TimeUnit.MILLISECONDS.toNanos(15);

    private static final long URGENT_PAUSE = TimeUnit.MICROSECONDS.toNanos(250);
    /** How often a silent agent's processes are looked at: only one that was killed with its wrapper needs that. */
    private static final long OBSERVE_EVERY = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long CLOSE_SECONDS = 10;

    private final Agent agent;
    private final SpoolReader reader;
    private final OutputConsumer consumer;
    private final Runnable wake;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean waiting;
    private volatile boolean closed;
    private volatile Throwable failure;
    private ProcessExit exit;
    private boolean tornHanded;
    private long limit = Long.MAX_VALUE;
    private long due;
    private long pause = FIRST_PAUSE;
    private long eagerUntil;
    private long urgentUntil;
    private volatile boolean expected;
    private long observed;

    /** @param wake makes the tailer look at this tail again */
    SpoolTail(Agent agent, SpoolReader reader, OutputConsumer consumer, Runnable wake, long now) {
        this.agent = agent;
        this.reader = reader;
        this.consumer = consumer;
        this.wake = wake;
        this.due = now;
        this.observed = now - OBSERVE_EVERY;
        this.eagerUntil = now;
        this.urgentUntil = now;
    }

    Agent agent() {
        return agent;
    }

    /** Whether this is over, so that the tailer may forget it. */
    boolean closed() {
        return closed;
    }

    /** How many nanoseconds after {@code now} it wants its next turn. */
    long pause(long now) {
        if (failure != null) {
            return 0;
        }
        if (waiting) {
            return NEVER;
        }
        return expected ? 0 : Math.max(0, due - now);
    }

    /** The agent has been told something and may answer: it is looked at more often for a while. */
    void expect() {
        expected = true;
        wake.run();
    }

    /** Hands over what there is, at most a batch. */
    void turn(ByteBuffer buffer, long now) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (failure == null) {
                advance(buffer, now);
            } else {
                stop();
            }
        } catch (Throwable e) { // a consumer whose bundle has gone throws errors; this thread serves the others too
            agent.context()
                    .run(() -> LOG.warn(
                            "tailing agent {} has failed", agent.manifest().agentId(), e));
            fail(e);
        } finally {
            lock.unlock();
        }
    }

    /** Ends it; the consumer is told at the next turn. */
    void fail(Throwable why) {
        failure = why;
        wake.run();
    }

    /** Ends it without another call to the consumer; one that is under way is waited for, up to a bound. */
    void close() {
        closed = true;
        boolean locked = false;
        try {
            locked = lock.tryLock(CLOSE_SECONDS, TimeUnit.SECONDS);
            if (locked) {
                closeReader();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (locked) {
                lock.unlock();
            }
        }
        wake.run();
    }

    private void advance(ByteBuffer buffer, long now) throws IOException {
        if (expected) {
            expected = false;
            urgentUntil = now + URGENT;
            beEager(now);
        }
        List<SpoolLine> lines = reader.read(buffer, limit);
        if (!lines.isEmpty()) {
            hand(lines);
        }
        if (!lines.isEmpty() || !reader.exhausted()) {
            beEager(now);
            due = now;
        } else if (exit != null) {
            end();
        } else if (look(now)) {
            due = now;
        } else if (now - urgentUntil < 0) {
            due = now + URGENT_PAUSE;
        } else {
            due = now + pause - Math.floorMod(now, pause); // so that all silent agents are looked at in one go
            pause = Math.min(2 * pause, now - eagerUntil < 0 ? EAGER_PAUSE : LAST_PAUSE);
        }
    }

    private void beEager(long now) {
        pause = FIRST_PAUSE;
        eagerUntil = now + EAGER;
    }

    /**
     * Whether the agent has ended. Only after that the spool's size is taken as the end of its output: what processes
     * that it left behind write later is not its own, and might never end.
     */
    private boolean look(long now) throws IOException {
        Optional<ProcessExit> known = agent.glance();
        if (known.isEmpty() && now - observed >= OBSERVE_EVERY) {
            observed = now;
            known = agent.observe();
        }
        if (known.isPresent()) {
            exit = known.get();
            limit = reader.size();
        }
        return known.isPresent();
    }

    private void end() {
        Optional<SpoolLine> torn = tornHanded ? Optional.empty() : reader.torn();
        if (torn.isPresent()) {
            tornHanded = true;
            hand(List.of(torn.get()));
        } else {
            closed = true;
            closeReader();
            consumer.ended(exit);
        }
    }

    private void stop() {
        closed = true;
        closeReader();
        consumer.stopped(failure);
    }

    private void hand(List<SpoolLine> lines) {
        waiting = true;
        consumer.lines(lines).whenComplete((done, thrown) -> {
            waiting = false;
            if (thrown != null) {
                fail(thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown);
            } else {
                wake.run();
            }
        });
    }

    private void closeReader() {
        try {
            reader.close();
        } catch (IOException e) {
            LOG.debug("closing a spool failed", e);
        }
    }
}
