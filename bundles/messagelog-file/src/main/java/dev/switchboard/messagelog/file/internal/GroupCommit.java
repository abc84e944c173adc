package dev.switchboard.messagelog.file.internal;

import dev.switchboard.concurrent.NamedThreads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces what was appended to any project to the disk, a short time after it was written: all of them together, so that
 * many small appends, and many projects, share what forcing costs. A file system commits once for all files that are forced
 * at the same time, so several threads force when several projects are due.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    /** The configuration promises that it begins at most 5 ms after the write; waking up takes some of it. */
    private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private static final long CLOSE_SECONDS = 10;
    /** How many files are forced at the same time. */
    private static final int THREADS = 16;

    private static final long IDLE_SECONDS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final NamedThreads threads = new NamedThreads("switchboard-log-flusher");
    private final Thread thread = threads.newThread(this::run);
    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    private List<SegmentWriter> due = new ArrayList<>();
    private boolean closed;

    GroupCommit() {
        pool.allowCoreThreadTimeOut(true);
        thread.start();
    }

    /** To be called after a write. */
    void add(SegmentWriter writer) {
        if (!writer.markUnforced()) {
            return; // it is due already
        }
        lock.lock();
        try {
            due.add(writer);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the threads. What is still due is forced when its file is closed. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            pool.shutdown();
            if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The disk does not come to an end with forcing records");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (List<SegmentWriter> batch = take(); !batch.isEmpty(); batch = take()) {
                force(batch);
            }
        } catch (InterruptedException e) {
            LOG.error("The log's flusher was interrupted; records are forced when their segment ends");
        }
    }

    /** Waits for work and, that more may come together, a little longer; empty when closed. */
    private List<SegmentWriter> take() throws InterruptedException {
        lock.lock();
        try {
            while (due.isEmpty() && !closed) {
                work.await();
            }
            long left = DELAY_NANOS;
            while (left > 0 && !closed) {
                left = work.awaitNanos(left);
            }
            List<SegmentWriter> batch = closed ? List.of() : due;
            due = new ArrayList<>();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void force(List<SegmentWriter> batch) throws InterruptedException {
        if (batch.size() == 1) {
            force(batch.get(0));
        } else {
            pool.invokeAll(batch.stream().map(GroupCommit::task).toList());
        }
    }

    private static Callable<Void> task(SegmentWriter writer) {
        return () -> {
            force(writer);
            return null;
        };
    }

    private static void force(SegmentWriter writer) {
        try {
            writer.force();
        } catch (IOException e) {
            LOG.error("Records that were written could not be forced to the disk; tried again at the next append", e);
        }
    }
}
