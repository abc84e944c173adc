package dev.switchboard.concurrent;

import dev.switchboard.logging.LogContext;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Runs tasks one at a time and in the order they came, on threads that it borrows from a shared pool. One per project
 * or per session gives each of them order without a thread of its own.
 *
 * <p>Each task sees what the ones before it did. A task that throws is reported and does not stop the next. After
 * {@value #BATCH} tasks the thread goes back to the pool, so that no key starves the others. A task works for whom the thread
 * worked for that handed it over ({@link LogContext}).
 */
public final class SerialExecutor implements Executor {
    private static final int BATCH = 64;

    private final Executor pool;
    private final Consumer<Throwable> failures;
    private final UnaryOperator<LogContext> owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Task> tasks = new ArrayDeque<>(1);
    private boolean scheduled;

    private record Task(Runnable work, LogContext context) {}

    /**
     * @param pool runs the tasks, never in the thread that hands them over
     * @param failures is told what a task threw, on the task's thread; must not throw
     */
    public SerialExecutor(Executor pool, Consumer<Throwable> failures) {
        this(pool, failures, UnaryOperator.identity());
    }

    /**
     * One that knows more of what its tasks are for than whoever hands them over.
     *
     * @param pool runs the tasks, never in the thread that hands them over
     * @param failures is told what a task threw, on the task's thread; must not throw
     * @param owner makes of the context that a task came with the one that it runs with, on the task's thread, just before it
     *        runs; must not throw
     */
    public SerialExecutor(Executor pool, Consumer<Throwable> failures, UnaryOperator<LogContext> owner) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.failures = Objects.requireNonNull(failures, "failures");
        this.owner = Objects.requireNonNull(owner, "owner");
    }

    /**
     * Queues a task; never runs it in the calling thread.
     *
     * @throws RejectedExecutionException if the pool takes no more work; the task is then not queued
     */
    @Override
    public void execute(Runnable work) {
        Task task = new Task(Objects.requireNonNull(work, "work"), LogContext.current());
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
            Task task = next();
            if (task == null) {
                return;
            }
            perform(task);
        }
        goOn();
    }

    private void perform(Task task) {
        owner.apply(task.context).run(() -> {
            try {
                task.work.run();
            } catch (Throwable e) {
                failures.accept(e);
            }
        });
    }

    private Task next() {
        lock.lock();
        try {
            Task task = tasks.poll();
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
            for (Task task = next(); task != null; task = next()) {
                perform(task);
            }
        }
    }
}
