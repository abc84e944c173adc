package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.FrameKind;
import java.util.Set;

/**
 * How a session begins to follow a project.
 *
 * @param head the last record of the log when it was looked at
 * @param replay whether the log is to be shown from {@code afterSeq} on; otherwise what comes behind the head, or what
 *        the session follows already
 * @param afterSeq the last record that the client has
 */
public record JoinPlan(long head, boolean replay, long afterSeq, Set<FrameKind> kinds) {
    /** What comes behind the head. */
    public static JoinPlan live(long head, boolean statesOnly) {
        return new JoinPlan(head, false, head, kinds(statesOnly));
    }

    /** Everything behind a record, then what comes. */
    public static JoinPlan replay(long head, long afterSeq, boolean statesOnly) {
        return new JoinPlan(head, true, afterSeq, kinds(statesOnly));
    }

    private static Set<FrameKind> kinds(boolean statesOnly) {
        return statesOnly ? Interest.STATES : Interest.ALL;
    }
}
