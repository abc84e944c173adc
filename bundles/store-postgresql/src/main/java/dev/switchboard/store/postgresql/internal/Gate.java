package dev.switchboard.store.postgresql.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets calls in as long as a store is open, and has its end wait for those that are inside. For many threads. */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String service;
    private final Duration patience;
    private final ReadWriteLock inside = new ReentrantReadWriteLock();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param service what clients know the store as */
    Gate(String service) {
        this(service, PATIENCE);
    }

    /** @param patience how long the end waits for calls before they are given up */
    Gate(String service, Duration patience) {
        this.service = service;
        this.patience = patience;
    }

    /**
     * Makes a call.
     *
     * @throws dev.switchboard.error.SwitchboardException if the store is closed
     */
    <T> T pass(Supplier<T> call) {
        Lock lock = inside.readLock();
        lock.lock();
        try {
            checkOpen();
            return call.get();
        } finally {
            lock.unlock();
        }
    }

    /** @throws dev.switchboard.error.SwitchboardException if the store is closed */
    void checkOpen() {
        if (isClosed()) {
            throw SqlErrors.unavailable(service, "the " + service + " is closed; try again when it is open", null);
        }
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    /**
     * Closes the store, unless that was done before.
     *
     * @param giveUp has calls end that wait for the database; run if they take too long
     * @param end run when all calls have ended
     */
    void close(Runnable giveUp, Runnable end) {
        Lock lock = inside.writeLock();
        if (!taken(lock)) {
            LOG.warn("Calls wait for the database while the {} is closed; they are given up", service);
            giveUp.run();
            lock.lock();
        }
        try {
            if (!isClosed()) {
                end.run();
                closed.countDown();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean taken(Lock lock) {
        try {
            return lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits until somebody has closed the store; returns whether that happened in time. */
    boolean awaitClosed(Duration time) {
        try {
            return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
