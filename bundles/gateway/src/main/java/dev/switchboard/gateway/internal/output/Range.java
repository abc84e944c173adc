package dev.switchboard.gateway.internal.output;

import dev.switchboard.execution.ExecutionId;
import java.util.Optional;

/**
 * Records of a project that a session gets although it has not joined.
 *
 * @param first the first of them
 * @param last the last; {@link Long#MAX_VALUE} while it is not known
 * @param run the run that they are of, if they are of one
 */
record Range(long first, long last, Optional<ExecutionId> run) {
    Range until(long end) {
        return new Range(first, end, run);
    }
}
