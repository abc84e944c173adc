package dev.switchboard.cleanup.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A timer whose time is a test's. */
final class ManualTimer implements CleanupTimer {
    private final List<Planned> planned = new ArrayList<>();
    boolean closed;

    private record Planned(Duration delay, Runnable task, CompletableFuture<Void> handle) {}

    @Override
    public Future<?> after(Duration delay, Runnable task) {
        Planned plan = new Planned(delay, task, new CompletableFuture<>());
        planned.add(plan);
        return plan.handle;
    }

    /** The delays of what is still to come. */
    List<Duration> delays() {
        return planned.stream()
                .filter(plan -> !plan.handle.isDone())
                .map(Planned::delay)
                .toList();
    }

    /** Does the one thing that is to come. */
    void fire() {
        Planned due = planned.stream()
                .filter(plan -> !plan.handle.isDone())
                .findFirst()
                .orElseThrow();
        due.handle.complete(null);
        due.task.run();
    }

    @Override
    public void close() {
        closed = true;
    }
}
