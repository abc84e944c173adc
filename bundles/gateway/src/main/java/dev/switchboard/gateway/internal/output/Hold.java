package dev.switchboard.gateway.internal.output;

import dev.switchboard.execution.ExecutionId;
import dev.switchboard.gateway.internal.output.Interest.Range;
import dev.switchboard.project.ProjectId;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps a project's lane where it is while a request is under way, so that nothing that the request causes is sent before
 * its reply has a place. Each method but {@link #prepare} ends the hold; those after the first do nothing.
 */
public final class Hold {
    private final Outbox outbox;
    private final ProjectLane lane;
    private final AtomicBoolean ended = new AtomicBoolean();

    Hold(Outbox outbox, ProjectLane lane) {
        this.outbox = outbox;
        this.lane = lane;
    }

    public ProjectId project() {
        return lane.project();
    }

    /** Begins to listen behind the record: what comes is then kept in memory until it is known what is wanted. */
    public void prepare(long lastSeq) {
        outbox.tell(() -> lane.prepare(lastSeq));
    }

    /** Lets the lane go on. */
    public void release() {
        end(() -> {});
    }

    /** Places a reply. */
    public void reply(long afterSeq, Outgoing reply) {
        end(() -> outbox.addPlaced(project(), afterSeq, reply));
    }

    /**
     * Follows a run that has begun, from its first record to its last, places the reply, and lets updates go on, without those of
     * the run: all at once, so that what others do next is an update again.
     */
    public void followRun(ExecutionId run, long firstSeq, long afterSeq, Outgoing reply) {
        end(() -> {
            lane.follow(Range.of(run, firstSeq));
            outbox.addPlaced(project(), afterSeq, reply);
            outbox.releaseUpdatesBut(lane);
        });
    }

    /** Shows one record, and the reply behind it. */
    public void showRecord(long seq, Outgoing reply) {
        end(() -> {
            lane.follow(Range.of(seq));
            outbox.addPlaced(project(), seq, reply);
        });
    }

    /** Joins; the replies come first, or where the session stands already if it follows the project. */
    public void join(JoinPlan plan, List<Outgoing> replies) {
        end(() -> {
            lane.join(plan);
            replies.forEach(reply -> outbox.addPlaced(project(), plan.replay() ? 0 : plan.head(), reply));
        });
    }

    /** Leaves, then sends the replies. */
    public void leave(List<Outgoing> replies) {
        end(() -> {
            lane.leave();
            replies.forEach(reply -> outbox.addPlaced(project(), 0, reply));
        });
    }

    /** The session has deleted the project and is told by this reply. */
    public void deleted(Outgoing reply) {
        end(() -> {
            if (!lane.deletedBySelf(reply)) {
                outbox.addPlaced(project(), 0, reply);
            }
        });
    }

    private void end(Runnable action) {
        if (ended.compareAndSet(false, true)) {
            outbox.tell(() -> {
                action.run();
                lane.release();
            });
        }
    }
}
