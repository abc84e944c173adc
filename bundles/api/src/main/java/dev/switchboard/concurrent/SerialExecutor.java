package dev.switchboard.concurrent;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Runs tasks one at a time and in the order they came, on threads that it borrows from a shared pool. One per project
 * or per session gives each of them order without a thread of its own.
 *
 * <p>Each task sees what the ones before it did. A task that throws is reported and does not stop the next. After
 * {@value #BATCH} tasks the thread goes back to the pool, so that no key starves the others.
 */
public final class SerialExecutor implements Executor {
    private static final int BATCH = 64;

    private final Executor pool;
    private final Consumer<Throwable> failures;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean scheduled;

    /**
     * @param pool runs the tasks, never in the thread that hands them over
     * @param failures is told what a task threw, on the task's thread; must not throw
     */
    public SerialExecutor(Executor pool, Consumer<Throwable> failures) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.failures = Objects.requireNonNull(failures, "failures");
    }

    /**
     * Queues a task; never runs it in the calling thread.
     *
     * @throws RejectedExecutionException if the pool takes no more work; the task is then not queued
     */
    @Override
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        lock.lock();
        try {
            tasks.add(task);
            if (!scheduled) {
                try {
                    pool.execute(this::drain);
                    scheduled = true;
                } catch (RejectedExecutionException e) {
                    tasks.remove(task);
                    throw e;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many tasks wait; one that runs just now is not counted. */
    public int queued() {
        lock.lock();
        try {
            return tasks.size();
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        for (int i = 0; i < BATCH; i++) {
            Runnable task = next();
            if (task == null) {
                return;
            }
            try {
                task.run();
            } catch (Throwable e) {
                failures.accept(e);
            }
        }
        goOn();
    }

    private Runnable next() {
        lock.lock();
        try {
            Runnable task = tasks.poll();
            scheduled = task != null;
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void goOn() {
        try {
            pool.execute(this::drain);
        } catch (RejectedExecutionException e) {
            // The pool is shut down: what is still queued runs here, or it would never run.
            for (Runnable task = next(); task != null; task = next()) {
                try {
                    task.run();
                } catch (Throwable failure) {
                    failures.accept(failure);
                }
            }
        }
    }
}
