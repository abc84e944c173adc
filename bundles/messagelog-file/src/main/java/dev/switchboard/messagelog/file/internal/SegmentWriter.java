package dev.switchboard.messagelog.file.internal;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The open file of the segment that is written to. One thread at a time appends and closes; {@link #force} is called by
 * the group commit's thread too.
 */
final class SegmentWriter implements Closeable {
    private final FileLayer.Output output;
    private final LogFigures figures;
    private final ReentrantLock forcing = new ReentrantLock();
    /** Whether there are written bytes that no {@link #force} has seen; set before they are promised to anyone. */
    private final AtomicBoolean unforced = new AtomicBoolean();

    private volatile boolean forceFailed;
    private boolean closed;
    private boolean leftover;
    private long size;

    /** @param size how long the file is to be: what lies behind is cut off before the next append */
    SegmentWriter(FileLayer.Output output, long size, LogFigures figures) throws IOException {
        this.output = output;
        this.size = size;
        this.figures = figures;
        this.leftover = output.size() != size;
    }

    /**
     * Gets ready for an append; makes good what failed before.
     *
     * @throws IOException if that is not possible: then nothing must be appended
     */
    void prepare() throws IOException {
        if (leftover) {
            output.truncate(size);
            leftover = false;
        }
        if (forceFailed) {
            force();
        }
    }

    FileLayer.Output output() {
        return output;
    }

    long size() {
        return size;
    }

    /** What was written up to here counts. */
    void accept(long newSize) {
        size = newSize;
    }

    /** Takes away what was written since the last {@link #accept}. */
    void rollBack() throws IOException {
        leftover = true;
        output.truncate(size);
        leftover = false;
    }

    /** Notes that there is something to force; returns whether there was nothing before. */
    boolean markUnforced() {
        return unforced.compareAndSet(false, true);
    }

    /** Makes everything durable that was written before the call. Does nothing after {@link #close}. */
    void force() throws IOException {
        forcing.lock();
        try {
            if (!closed) {
                unforced.set(false);
                boolean done = false;
                long began = System.nanoTime();
                try {
                    output.force();
                    done = true;
                } finally {
                    forceFailed = !done; // not before: an append would take it for a failure, and wait
                    figures.synced(done, System.nanoTime() - began);
                }
            }
        } finally {
            forcing.unlock();
        }
    }

    /** Closes the file, without {@link #force}. */
    @Override
    public void close() throws IOException {
        forcing.lock();
        try {
            closed = true;
            output.close();
        } finally {
            forcing.unlock();
        }
    }
}
