package dev.switchboard.store.postgresql.internal;

import dev.switchboard.message.Direction;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** One log, as long as this server owns the store and the log is not deleted. Changed by one thread at a time, read by any. */
final class LogState {
    /** What a record may be one of. */
    record Kind(Direction direction, String type) {}

    /** Where a log ends, as far as its next record needs to know. */
    record End(long seq, Instant at, long bytes) {
        static final End NOTHING = new End(0, Instant.EPOCH, 0);
    }

    /** The number of a kind in this log, and how many records of it there were. */
    record Count(int kind, long nth) {}

    private final Map<Kind, Count> kinds = new ConcurrentHashMap<>();
    private volatile LogView view;
    private End end;
    private UUID unsynced;

    /** @param unsynced the mark that its row in the database has, or {@code null} */
    LogState(LogView view, End end, Map<Kind, Count> kinds, UUID unsynced) {
        this.view = view;
        this.end = end;
        this.kinds.putAll(kinds);
        this.unsynced = unsynced;
    }

    LogView view() {
        return view;
    }

    End end() {
        return end;
    }

    UUID unsynced() {
        return unsynced;
    }

    void mark(UUID mark) {
        unsynced = mark;
    }

    Map<Kind, Count> kinds() {
        return kinds;
    }

    /** Records were committed. */
    void grow(End newEnd, Map<Kind, Count> newCounts) {
        kinds.putAll(newCounts);
        end = newEnd;
        view = view.withLast(newEnd.seq());
    }

    /** The records before this one are not there any more. */
    void begin(long firstSeq) {
        view = view.withFirst(firstSeq);
    }
}
