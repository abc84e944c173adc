package dev.switchboard.execution.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionOutcome.Result;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run comes to, from all that has happened to it: a kill counts for more than what was found on its way, that for more than
 * a timeout, and so on down to what the agent's turn came to. Used only on the project's serial executor.
 */
final class RunOutcome {
    private boolean killed;
    private ExecutionOutcome given;
    private String timeout;
    private boolean interrupted;
    private AgentEvent.TurnEnded turnEnd;
    private boolean leftBehind;

    /** Somebody killed it, or it had to be because it did not obey an interrupt. */
    void killed() {
        killed = true;
    }

    /** Something made it impossible to begin, or to go on. */
    void given(ExecutionOutcome outcome) {
        given = outcome;
    }

    /** @param message for people */
    void timedOut(String message) {
        timeout = message;
    }

    void interrupted() {
        interrupted = true;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    void turnEnded(AgentEvent.TurnEnded end) {
        turnEnd = end;
    }

    /** Whether the agent's turn has ended. */
    boolean hasTurnEnded() {
        return turnEnd != null;
    }

    /** @param now whether an earlier server began it, and nobody has gone on with it yet */
    void leftBehind(boolean now) {
        leftBehind = now;
    }

    boolean isLeftBehind() {
        return leftBehind;
    }

    /** What the run comes to as things stand. */
    ExecutionOutcome get() {
        if (killed) {
            return ExecutionOutcome.of(Result.KILLED);
        }
        if (given != null) {
            return given;
        }
        if (timeout != null) {
            return ExecutionOutcome.failed(Result.TIMED_OUT, ErrorCode.EXECUTION_TIMEOUT, timeout, Map.of());
        }
        if (interrupted) {
            return ExecutionOutcome.of(Result.INTERRUPTED);
        }
        if (turnEnd == null) {
            return nobodyWentOn();
        }
        return switch (turnEnd.verdict()) {
            case COMPLETED -> ExecutionOutcome.of(Result.COMPLETED);
            case INTERRUPTED -> ExecutionOutcome.of(Result.INTERRUPTED);
            case FAILED, DIED ->
                ExecutionOutcome.failed(Result.FAILED, ErrorCode.EXECUTION_FAILED, turnEnd.message(), details());
        };
    }

    private ExecutionOutcome nobodyWentOn() {
        String what = leftBehind
                ? "the server was stopped while this run was active"
                : "the executor was removed while the agent ran";
        return ExecutionOutcome.failed(
                Result.FAILED,
                ErrorCode.EXECUTION_FAILED,
                what + "; send the prompt again to go on in the same session",
                Map.of("reason", leftBehind ? "server_stopped" : "executor_removed"));
    }

    private Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        turnEnd.exitCode().ifPresent(code -> details.put("exit_code", code));
        details.put("stderr_tail", turnEnd.stderrTail());
        return details;
    }
}
