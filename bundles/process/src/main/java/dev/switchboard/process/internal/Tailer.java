package dev.switchboard.process.internal;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.process.OutputConsumer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One thread that reads the output of all agents, in turn. Polling is cheaper and quicker here than being told: files
 * are looked at every quarter of a millisecond for a moment after a message, every two while lines flow or an answer may come,
 * and every 20 when not.
 */
final class Tailer {
    private static final int BUFFER_BYTES = 64 << 10;

    private final List<SpoolTail> tails = new CopyOnWriteArrayList<>();
    private final ReentrantLock addLock = new ReentrantLock();
    private final Thread thread = new NamedThreads("switchboard-process-tail").newThread(this::run);
    private volatile boolean stopped;

    void start() {
        thread.start();
    }

    /**
     * Begins a tailing.
     *
     * @throws IllegalStateException if there is one already, or custody is stopping
     */
    SpoolTail add(Agent agent, long offset, OutputConsumer consumer) throws IOException {
        addLock.lock();
        try {
            if (stopped) {
                throw new IllegalStateException("process custody is stopping");
            }
            if (tails.stream().anyMatch(tail -> tail.agent() == agent && !tail.closed())) {
                throw new IllegalStateException("agent " + agent.manifest().agentId() + " is being tailed already");
            }
            SpoolReader reader = new SpoolReader(agent.directory().stdout(), offset);
            SpoolTail tail = new SpoolTail(agent, reader, consumer, this::wake, System.nanoTime());
            tails.add(tail);
            wake();
            return tail;
        } finally {
            addLock.unlock();
        }
    }

    /** An agent has been told something, and may answer. */
    void expect(Agent agent) {
        tails.stream().filter(tail -> tail.agent() == agent).forEach(SpoolTail::expect);
    }

    /** Stops the tailing of an agent that is released. */
    void forget(Agent agent) {
        IllegalStateException released = new IllegalStateException("the agent was released");
        tails.stream().filter(tail -> tail.agent() == agent).forEach(tail -> tail.fail(released));
    }

    /** Stops all tailings and the thread; agents and their spools are left as they are. */
    void stop(Duration patience) {
        addLock.lock();
        try {
            stopped = true;
        } finally {
            addLock.unlock();
        }
        wake();
        try {
            thread.join(patience.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (!stopped) {
            long pause = SpoolTail.NEVER;
            for (SpoolTail tail : tails) {
                pause = Math.min(pause, serve(tail, buffer));
            }
            if (pause == SpoolTail.NEVER) {
                LockSupport.park(this);
            } else if (pause > 0) {
                LockSupport.parkNanos(this, pause);
            }
        }
        IllegalStateException going = new IllegalStateException("process custody is stopping");
        for (SpoolTail tail : tails) {
            tail.fail(going);
            tail.turn(buffer, System.nanoTime());
        }
    }

    /** Gives a tail its turn if it wants one, and tells when it wants the next. */
    private long serve(SpoolTail tail, ByteBuffer buffer) {
        long now = System.nanoTime();
        if (tail.pause(now) == 0) {
            tail.turn(buffer, now);
        }
        if (tail.closed()) {
            tails.remove(tail);
            return SpoolTail.NEVER;
        }
        return tail.pause(System.nanoTime());
    }
}
