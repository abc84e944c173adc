package dev.switchboard.executor.claude.internal;

import dev.switchboard.concurrent.SerialExecutor;
import dev.switchboard.process.OutputConsumer;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.SpoolLine;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of one agent, each line handed to the follower once, on pool threads instead of the tailer's, through
 * changes of custodian.
 */
final class FollowedOutput {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedOutput.class);

    /** How often reading is tried again when it fails, before the output counts as unreadable. */
    private static final int ATTEMPTS = 3;

    private final ClaudeRuntime runtime;
    private final String agentId;
    private final SerialExecutor serial;
    private final Consumer<CompletionStage<Void>> exited;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile Follower follower = Follower.NOBODY;
    private volatile Reading current;
    private volatile CompletionStage<Void> inFlight = CompletableFuture.completedStage(null);
    private volatile long handled;
    private volatile int failures;
    private boolean wanted;
    private ProcessCustodian custodian;
    private ProcessCustodian.Tail tail;

    /** @param exited told that the agent has ended, with the stage at which it may be forgotten */
    FollowedOutput(
            ClaudeRuntime runtime, String agentId, SerialExecutor serial, Consumer<CompletionStage<Void>> exited) {
        this.runtime = runtime;
        this.agentId = agentId;
        this.serial = serial;
        this.exited = exited;
    }

    /** Begins to hand over what stands behind an offset. */
    void follow(ProcessCustodian from, long offset, Follower next) {
        follower = next;
        read(from, offset);
    }

    /** Begins to hand over what stands behind an offset to who is the follower then. */
    void read(ProcessCustodian from, long offset) {
        handled = offset;
        lock.lock();
        try {
            wanted = true;
            custodian = from;
            open();
        } finally {
            lock.unlock();
        }
    }

    /** Goes on reading for somebody else. */
    void handTo(Follower next) {
        follower = next;
    }

    /** The offset behind what has been handled; it does not count what is being handled. */
    long handled() {
        return handled;
    }

    Follower follower() {
        return follower;
    }

    /** @return completes when no call of the follower is under way and none will follow */
    CompletionStage<Void> stop() {
        lock.lock();
        try {
            wanted = false;
            close();
        } finally {
            lock.unlock();
        }
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        try {
            serial.execute(() -> quiet.complete(null));
        } catch (RejectedExecutionException e) {
            quiet.complete(null);
        }
        return quiet;
    }

    /** Goes on with another custodian, which has the agents of the one before. */
    void move(ProcessCustodian next) {
        lock.lock();
        try {
            if (!wanted || custodian == next) {
                return;
            }
            close();
            custodian = next;
        } finally {
            lock.unlock();
        }
        // What is in flight is being handled; what was read but not begun comes again.
        inFlight.whenComplete((done, failure) -> serial.execute(() -> reopen(next)));
    }

    private void reopen(ProcessCustodian from) {
        lock.lock();
        try {
            if (!wanted || custodian != from || current != null) {
                return;
            }
            if (from.find(agentId).isPresent()) {
                open();
                return;
            }
            wanted = false;
        } catch (RuntimeException e) {
            LOG.warn("Agent {}: reading its output again failed: {}", agentId, e.toString());
            retry(from);
            return;
        } finally {
            lock.unlock();
        }
        LOG.warn("Agent {} is not in custody any more", agentId);
        exited.accept(follower.exited(new ProcessExit(OptionalInt.empty(), "")));
    }

    /** Without custody there is nothing to be tried: the next one calls {@link #move}. */
    private void retry(ProcessCustodian from) {
        if (runtime.custodian().filter(present -> present == from).isEmpty()) {
            return;
        }
        failures++;
        if (failures <= ATTEMPTS) {
            runtime.later(runtime.timings().retry(), () -> serial.execute(() -> reopen(from)));
        } else {
            LOG.error("Agent {}: its output cannot be read", agentId);
            wanted = false;
            serial.execute(follower::unreadable);
        }
    }

    /** Must be called with the lock. */
    private void open() {
        Reading next = new Reading();
        current = next;
        try {
            tail = custodian.tail(agentId, handled, next);
        } catch (RuntimeException e) {
            current = null;
            throw e;
        }
    }

    /** Must be called with the lock. */
    private void close() {
        current = null;
        if (tail != null) {
            try {
                tail.close();
            } catch (RuntimeException e) {
                LOG.debug("Agent {}: its reading was closed already: {}", agentId, e.toString());
            }
            tail = null;
        }
    }

    /** One tailing; outdated once it is not the current one. */
    private final class Reading implements OutputConsumer {
        @Override
        public CompletionStage<Void> lines(List<SpoolLine> lines) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            serial.execute(() -> {
                if (current != this) {
                    done.completeExceptionally(new CancellationException("not followed any more"));
                    return;
                }
                failures = 0;
                inFlight = done;
                follower.lines(lines).whenComplete((handed, failure) -> {
                    handled = lines.get(lines.size() - 1).end();
                    done.complete(null);
                });
            });
            return done;
        }

        @Override
        public void ended(ProcessExit exit) {
            serial.execute(() -> {
                if (current == this) {
                    current = null;
                    exited.accept(follower.exited(exit));
                }
            });
        }

        /** Custody goes, and {@link #move} follows; or the output is really gone, which more attempts will show. */
        @Override
        public void stopped(Throwable why) {
            LOG.debug("Agent {}: its output is not read any more: {}", agentId, why.toString());
            // What is in flight is being handled, and must not come again.
            inFlight.whenComplete((done, failure) -> serial.execute(this::tryAgain));
        }

        private void tryAgain() {
            lock.lock();
            try {
                if (current == this && wanted) {
                    current = null;
                    tail = null;
                    retry(custodian);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
