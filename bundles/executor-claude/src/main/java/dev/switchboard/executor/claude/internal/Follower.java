package dev.switchboard.executor.claude.internal;

import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.SpoolLine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whoever is told what a process writes; called by one thread at a time, in order. */
interface Follower {
    /** @return completes, never exceptionally, when the next lines may come */
    CompletionStage<Void> lines(List<SpoolLine> lines);

    /**
     * The process has ended and everything it wrote has been handed over. The last call.
     *
     * @return completes, never exceptionally, when the process may be forgotten
     */
    CompletionStage<Void> exited(ProcessExit exit);

    /** What the process writes cannot be read any more. The last call. */
    void unreadable();

    /** Takes note of nothing. */
    Follower NOBODY = new Follower() {
        @Override
        public CompletionStage<Void> lines(List<SpoolLine> lines) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Void> exited(ProcessExit exit) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void unreadable() {
            // nobody is there to be told
        }
    };
}
