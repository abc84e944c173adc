package dev.switchboard.websocket.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Makes calls one at a time and in order, on the thread that brings the first of them: the others leave theirs to it.
 * So a call that causes another one, even on its own thread, is over before that begins, and nobody waits.
 */
final class SessionCalls {
    private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final Consumer<Throwable> failures;

    /** @param failures is told what a call threw; must not throw */
    SessionCalls(Consumer<Throwable> failures) {
        this.failures = failures;
    }

    void run(Runnable call) {
        calls.add(call);
        if (pending.getAndIncrement() > 0) {
            return;
        }
        do {
            try {
                calls.remove().run();
            } catch (RuntimeException e) {
                failures.accept(e);
            }
        } while (pending.decrementAndGet() > 0);
    }
}
