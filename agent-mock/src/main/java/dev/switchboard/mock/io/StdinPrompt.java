package dev.switchboard.mock.io;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The prompt of a one-shot run from standard input: an open pipe that stays silent is waited for, but not for ever. */
public final class StdinPrompt {

    /** The real program's patience with an open pipe. */
    private static final long FIRST_BYTE_SECONDS = 3;

    private static final int LIMIT = 10 * 1024 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean ended;
    private boolean tooLong;

    /** What came in, or null if there was more than the limit. Empty if nothing came. */
    public String read() throws InterruptedException {
        Thread reader = new Thread(
                new Runnable() {
                    @Override
                    public void run() {
                        copy(new FileInputStream(FileDescriptor.in));
                    }
                },
                "stdin-prompt");
        reader.setDaemon(true);
        reader.start();
        return await();
    }

    private void copy(InputStream stdin) {
        byte[] buffer = new byte[64 * 1024];
        try {
            for (int count = stdin.read(buffer); count >= 0 && add(buffer, count); ) {
                count = stdin.read(buffer);
            }
        } catch (IOException e) {
            // An unreadable stdin is an empty one.
            add(buffer, 0);
        }
        end();
    }

    private boolean add(byte[] bytes, int count) {
        lock.lock();
        try {
            tooLong |= received.size() + count > LIMIT;
            if (!tooLong) {
                received.write(bytes, 0, count);
            }
            changed.signalAll();
            return !tooLong;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private String await() throws InterruptedException {
        long patience = TimeUnit.SECONDS.toNanos(FIRST_BYTE_SECONDS);
        lock.lock();
        try {
            while (!ended) {
                if (received.size() > 0) {
                    changed.await();
                } else if (patience > 0) {
                    patience = changed.awaitNanos(patience);
                } else {
                    Stderr.print(
                            "Warning: no stdin data received in 3s, proceeding without it. If piping from a slow command, "
                                    + "redirect stdin explicitly: < /dev/null to skip, or wait longer.\n");
                    return "";
                }
            }
            return tooLong ? null : received.toString(StandardCharsets.UTF_8);
        } finally {
            lock.unlock();
        }
    }
}
