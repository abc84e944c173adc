package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.execution.ExecutionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which of a project's records a session gets: all from some place on if it has joined, otherwise those of certain
 * ranges. Used under the outbox's lock.
 */
final class Interest {
    static final Set<FrameKind> ALL = Set.of(FrameKind.STATE, FrameKind.AGENT, FrameKind.NOTICE);
    static final Set<FrameKind> STATES = Set.of(FrameKind.STATE, FrameKind.NOTICE);

    private final Deque<Range> ranges = new ArrayDeque<>(1);
    private final Map<ExecutionId, Long> endedMeanwhile = new HashMap<>();
    private boolean joined;
    private Set<FrameKind> kinds = ALL;

    /**
     * Records that a session gets although it has not joined.
     *
     * @param last {@link Long#MAX_VALUE} while it is not known
     * @param run the run that they are of, if they are of one
     */
    record Range(long first, long last, Optional<ExecutionId> run) {
        static Range of(ExecutionId run, long first) {
            return new Range(first, Long.MAX_VALUE, Optional.of(run));
        }

        static Range of(long seq) {
            return new Range(seq, seq, Optional.empty());
        }

        private Range until(long end) {
            return new Range(first, end, run);
        }
    }

    /** Whether there are records that are wanted. */
    boolean isAny() {
        return joined || !ranges.isEmpty();
    }

    boolean isJoined() {
        return joined;
    }

    /** Whether this record is wanted. */
    boolean has(long seq) {
        return joined || ranges.stream().anyMatch(range -> range.first() <= seq && seq <= range.last());
    }

    Set<FrameKind> kinds() {
        return kinds;
    }

    /** @return whether other kinds of frames are wanted than before */
    boolean join(Set<FrameKind> wanted) {
        boolean changed = !kinds.equals(wanted);
        joined = true;
        kinds = wanted;
        ranges.clear();
        return changed;
    }

    void clear() {
        joined = false;
        ranges.clear();
    }

    void add(Range range) {
        if (!joined) {
            ranges.add(range.run().map(endedMeanwhile::get).map(range::until).orElse(range));
        }
    }

    /**
     * A run has ended.
     *
     * @param remember whether somebody may only be about to follow it
     */
    void ended(ExecutionId run, long lastSeq, boolean remember) {
        if (remember) {
            endedMeanwhile.put(run, lastSeq);
        }
        int count = ranges.size();
        for (int i = 0; i < count; i++) {
            Range range = ranges.remove();
            ranges.add(range.run().equals(Optional.of(run)) ? range.until(lastSeq) : range);
        }
    }

    /** Nobody is about to follow a run any more. */
    void forgetEnded() {
        endedMeanwhile.clear();
    }

    /** The range that comes first. */
    Range firstRange() {
        return ranges.element();
    }

    void removeFirstRange() {
        ranges.remove();
    }

    /** The last record that is wanted before there may be others that are not. */
    long until() {
        return joined ? Long.MAX_VALUE : ranges.element().last();
    }
}
