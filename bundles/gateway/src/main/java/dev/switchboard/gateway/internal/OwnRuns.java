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
    private final Set<ExecutionId> withPieces = ConcurrentHashMap.newKeySet();
    private final Set<ExecutionId> queued = ConcurrentHashMap.newKeySet();
    private final Map<ExecutionId, Long> startedMeanwhile = new ConcurrentHashMap<>();
    private final Map<ExecutionId, Long> cancelledMeanwhile = new ConcurrentHashMap<>();
    private final AtomicInteger pending = new AtomicInteger();

    OwnRuns(Outbox outbox) {
        this.outbox = outbox;
    }

    /** A run is about to be asked for; {@link #answered} follows. */
    public void asked() {
        pending.incrementAndGet();
    }

    /**
     * What became of the wish for a run.
     *
     * @param run if it was accepted
     * @param pieces whether pieces of its lines are wanted
     */
    public void answered(Optional<Execution> run, boolean pieces) {
        run.filter(execution -> pieces).ifPresent(execution -> withPieces.add(execution.id()));
        run.filter(execution -> execution.status() == Execution.Status.QUEUED).ifPresent(this::await);
        if (pending.decrementAndGet() == 0) {
            startedMeanwhile.clear();
            cancelledMeanwhile.clear();
        }
    }

    private void await(Execution execution) {
        queued.add(execution.id());
        Long firstSeq = startedMeanwhile.remove(execution.id());
        if (firstSeq != null) {
            follow(execution, firstSeq);
        }
        Long seq = cancelledMeanwhile.remove(execution.id());
        if (seq != null) {
            showEnd(execution, seq);
        }
    }

    /** A run, anybody's, has begun. */
    void started(Execution execution, long firstSeq) {
        if (pending.get() > 0) {
            // It may be one that is just being answered: whichever of the two comes second finds the other's note.
            startedMeanwhile.put(execution.id(), firstSeq);
        }
        follow(execution, firstSeq);
    }

    private void follow(Execution execution, long firstSeq) {
        if (queued.remove(execution.id())) {
            outbox.follow(execution.project(), execution.id(), firstSeq);
        }
    }

    /** A queued run, anybody's, will not begin; this record says so. */
    void cancelled(Execution execution, long seq) {
        if (pending.get() > 0) {
            cancelledMeanwhile.put(execution.id(), seq);
        }
        showEnd(execution, seq);
    }

    private void showEnd(Execution execution, long seq) {
        if (queued.remove(execution.id())) {
            withPieces.remove(execution.id());
            outbox.follow(execution.project(), execution.id(), seq);
            outbox.ended(execution.project(), execution.id(), seq);
        }
    }

    /** A run, anybody's, is over. */
    void ended(Execution execution) {
        withPieces.remove(execution.id());
        outbox.ended(execution.project(), execution.id(), execution.seq());
    }

    boolean wantsPieces(ExecutionId run) {
        return withPieces.contains(run);
    }
}
