package dev.switchboard.execution.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** How many runs a project has started within the last minute. Used only on the project's serial executor. */
final class StartRate {
    private static final long MINUTE = 60_000;

    private final Deque<Long> starts = new ArrayDeque<>();

    /** Fails with {@code RESOURCE_LIMIT} if there have been as many as allowed; a limit of 0 allows any number. */
    void check(int limit, long nowMillis) {
        while (!starts.isEmpty() && starts.peekFirst() <= nowMillis - MINUTE) {
            starts.removeFirst();
        }
        if (limit > 0 && starts.size() >= limit) {
            throw new SwitchboardException(
                    ErrorCode.RESOURCE_LIMIT,
                    "this project has started " + limit + " runs within a minute; wait a little",
                    Map.of(
                            "resource",
                            "executions_per_minute",
                            "limit",
                            limit,
                            "current",
                            starts.size(),
                            "retry_after_ms",
                            starts.peekFirst() + MINUTE - nowMillis));
        }
    }

    void count(long nowMillis) {
        starts.addLast(nowMillis);
    }
}
