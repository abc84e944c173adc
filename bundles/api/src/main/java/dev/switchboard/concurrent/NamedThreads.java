package dev.switchboard.concurrent;

import dev.switchboard.logging.LogContext;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes daemon threads named {@code <prefix>-<n>}, so that a thread dump tells who owns each. They work for nobody at first,
 * whoever made them ({@link LogContext#begin}).
 */
public final class NamedThreads implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger count = new AtomicInteger();

    /** @param prefix for instance {@code switchboard-gateway} */
    public NamedThreads(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable task) {
        Runnable forNobody = () -> {
            LogContext.begin();
            task.run();
        };
        Thread thread = new Thread(forNobody, prefix + "-" + count.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
