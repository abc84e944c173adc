package dev.switchboard.executor.claude.internal;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentListener;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what happens in a turn to its listener, each batch when the one before has been recorded. */
final class TurnReports {
    private static final Logger LOG = LoggerFactory.getLogger(TurnReports.class);

    private final Utf8Repair repair = new Utf8Repair();
    private final CompletableFuture<Void> endTold = new CompletableFuture<>();
    private final BooleanSupplier givenAway;
    private volatile AgentListener listener;
    private volatile CompletionStage<Void> last = CompletableFuture.completedStage(null);

    /** @param givenAway whether the listener is not to be called any more */
    TurnReports(BooleanSupplier givenAway) {
        this.givenAway = givenAway;
    }

    void to(AgentListener who) {
        listener = who;
    }

    AgentListener listener() {
        return listener;
    }

    /** A copy of a line in which malformed UTF-8 is replaced; it lasts until the next batch has been recorded. */
    Content repaired(Content line) {
        return repair.apply(line);
    }

    /**
     * Hands events on when those before have been recorded, unless the turn was given away by then.
     *
     * @return completes, never exceptionally, when they have been recorded
     */
    CompletionStage<Void> hand(String agentId, List<AgentEvent> events) {
        List<Path> copies = repair.takeCopies();
        CompletionStage<Void> recorded = last.thenCompose(
                before -> givenAway.getAsBoolean() ? CompletableFuture.completedStage(null) : tell(agentId, events));
        last = recorded;
        recorded.whenComplete((done, failure) -> Utf8Repair.delete(copies));
        return recorded;
    }

    /** Completes when all that was handed over has been recorded. */
    CompletionStage<Void> recorded() {
        return last;
    }

    /** Completes when the listener has been told that the turn is over. */
    CompletionStage<Void> endTold() {
        return endTold;
    }

    private CompletionStage<Void> tell(String agentId, List<AgentEvent> events) {
        try {
            return listener.on(events);
        } catch (RuntimeException e) {
            LOG.error("Agent {}: its listener failed", agentId, e);
            return CompletableFuture.completedStage(null);
        } finally {
            if (events.get(events.size() - 1) instanceof AgentEvent.TurnEnded) {
                endTold.complete(null);
            }
        }
    }
}
