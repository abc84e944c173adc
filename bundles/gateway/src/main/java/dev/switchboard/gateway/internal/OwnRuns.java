package dev.switchboard.gateway.internal;

import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.gateway.internal.output.Outbox;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The runs that a session has asked for: which wait in a queue, to be followed when they begin and to be missed if they never
 * do, and of which it wants pieces of lines. Safe for use by many threads, publishers among them.
 */
public final class OwnRuns {
    private final Outbox outbox;
    /** Null until the first run is asked for: most sessions only watch. */
    private volatile Wishes wishes;

    private static final class Wishes {
        private final Set<ExecutionId> withPieces = ConcurrentHashMap.newKeySet();
        private final Set<ExecutionId> queued = ConcurrentHashMap.newKeySet();
        private final Map<ExecutionId, Long> startedMeanwhile = new ConcurrentHashMap<>();
        private final Map<ExecutionId, Long> cancelledMeanwhile = new ConcurrentHashMap<>();
        private final AtomicInteger pending = new AtomicInteger();
    }

    OwnRuns(Outbox outbox) {
        this.outbox = outbox;
    }

    /** A run is about to be asked for; {@link #answered} follows. Called by the session, which does one thing at a time. */
    public void asked() {
        if (wishes == null) {
            wishes = new Wishes();
        }
        wishes.pending.incrementAndGet();
    }

    /**
     * What became of the wish for a run.
     *
     * @param run if it was accepted
     * @param pieces whether pieces of its lines are wanted
     */
    public void answered(Optional<Execution> run, boolean pieces) {
        Wishes mine = wishes;
        run.filter(execution -> pieces).ifPresent(execution -> mine.withPieces.add(execution.id()));
        run.filter(execution -> execution.status() == Execution.Status.QUEUED)
                .ifPresent(execution -> await(mine, execution));
        if (mine.pending.decrementAndGet() == 0) {
            mine.startedMeanwhile.clear();
            mine.cancelledMeanwhile.clear();
        }
    }

    private void await(Wishes mine, Execution execution) {
        mine.queued.add(execution.id());
        Long firstSeq = mine.startedMeanwhile.remove(execution.id());
        if (firstSeq != null) {
            follow(mine, execution, firstSeq);
        }
        Long seq = mine.cancelledMeanwhile.remove(execution.id());
        if (seq != null) {
            showEnd(mine, execution, seq);
        }
    }

    /** A run, anybody's, has begun. */
    void started(Execution execution, long firstSeq) {
        Wishes mine = wishes;
        if (mine == null) {
            return;
        }
        if (mine.pending.get() > 0) {
            // It may be one that is just being answered: whichever of the two comes second finds the other's note.
            mine.startedMeanwhile.put(execution.id(), firstSeq);
        }
        follow(mine, execution, firstSeq);
    }

    private void follow(Wishes mine, Execution execution, long firstSeq) {
        if (mine.queued.remove(execution.id())) {
            outbox.follow(execution.project(), execution.id(), firstSeq);
        }
    }

    /** A queued run, anybody's, will not begin; this record says so. */
    void cancelled(Execution execution, long seq) {
        Wishes mine = wishes;
        if (mine == null) {
            return;
        }
        if (mine.pending.get() > 0) {
            mine.cancelledMeanwhile.put(execution.id(), seq);
        }
        showEnd(mine, execution, seq);
    }

    private void showEnd(Wishes mine, Execution execution, long seq) {
        if (mine.queued.remove(execution.id())) {
            mine.withPieces.remove(execution.id());
            outbox.follow(execution.project(), execution.id(), seq);
            outbox.ended(execution.project(), execution.id(), seq);
        }
    }

    /** A run, anybody's, is over. */
    void ended(Execution execution) {
        Wishes mine = wishes;
        if (mine != null) {
            mine.withPieces.remove(execution.id());
        }
        outbox.ended(execution.project(), execution.id(), execution.seq());
    }

    boolean wantsPieces(ExecutionId run) {
        Wishes mine = wishes;
        return mine != null && mine.withPieces.contains(run);
    }
}
