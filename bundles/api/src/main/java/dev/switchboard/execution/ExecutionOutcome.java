package dev.switchboard.execution;

import dev.switchboard.error.ErrorCode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How a run ended; exactly one for each, whatever raced.
 *
 * @param code the wire code of {@link Result#FAILED} and {@link Result#TIMED_OUT}
 * @param message what people are told; empty if nothing went wrong
 * @param details facts for programs, by wire name
 */
public record ExecutionOutcome(Result result, Optional<ErrorCode> code, String message, Map<String, Object> details) {
    /** The kinds of end. */
    public enum Result {
        /** The agent finished its turn; the project is IDLE. */
        COMPLETED,
        /** The agent reported an error or ended without a result; the project is in ERROR. */
        FAILED,
        /** It took too long and was ended; the project is in ERROR. */
        TIMED_OUT,
        /** Somebody killed it; the project is IDLE. */
        KILLED,
        /** Somebody interrupted the turn; the agent's session lives on and the project is IDLE. */
        INTERRUPTED
    }

    public ExecutionOutcome {
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
        if (code.isPresent() != (result == Result.FAILED || result == Result.TIMED_OUT)) {
            throw new IllegalArgumentException(result + " does not go with code " + code);
        }
    }

    /** The run ended well. */
    public static ExecutionOutcome of(Result result) {
        return new ExecutionOutcome(result, Optional.empty(), "", Map.of());
    }

    /** The run ended in an error. */
    public static ExecutionOutcome failed(Result result, ErrorCode code, String message, Map<String, Object> details) {
        return new ExecutionOutcome(result, Optional.of(code), message, details);
    }
}
