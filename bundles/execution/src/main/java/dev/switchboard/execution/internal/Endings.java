package dev.switchboard.execution.internal;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ends of agents that are under way and that nobody waits for, but who stops the server: left half-way they would be agents that
 * stay behind. Safe for use by many threads.
 */
final class Endings {
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();

    /** An agent, or several, will be gone when this completes, in whatever way. */
    void add(CompletionStage<?> ending) {
        CompletableFuture<Void> entry = new CompletableFuture<>();
        underWay.add(entry);
        ending.whenComplete((done, failure) -> {
            underWay.remove(entry);
            entry.complete(null);
        });
    }

    /** Completes when all have come to their end that are under way now. */
    CompletableFuture<Void> all() {
        return CompletableFuture.allOf(underWay.toArray(CompletableFuture<?>[]::new));
    }
}
