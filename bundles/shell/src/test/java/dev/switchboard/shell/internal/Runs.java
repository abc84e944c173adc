package dev.switchboard.shell.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import java.util.List;
import java.util.Map;

/** Runs as the execution service tells of them. */
public final class Runs {
    private Runs() {}

    public static Execution started(ExecutionId id, ProjectId project, long firstSeq) {
        return new Execution(id, project, Execution.Status.STARTED, 0, FakeServer.NOW, firstSeq, firstSeq);
    }

    public static Execution queued(ExecutionId id, ProjectId project) {
        return new Execution(id, project, Execution.Status.QUEUED, 1, FakeServer.NOW, 0, 1);
    }

    public static ExecutionEvent.Ended ended(Execution run, long lastSeq, ExecutionOutcome outcome) {
        return new ExecutionEvent.Ended(
                new Execution(
                        run.id(), run.project(), Execution.Status.ENDED, 0, FakeServer.NOW, run.firstSeq(), lastSeq),
                outcome);
    }

    public static ExecutionOutcome outcome(Result result) {
        return switch (result) {
            case FAILED -> ExecutionOutcome.failed(result, ErrorCode.EXECUTION_FAILED, "it broke", Map.of());
            case TIMED_OUT -> ExecutionOutcome.failed(result, ErrorCode.EXECUTION_TIMEOUT, "it timed out", Map.of());
            default -> ExecutionOutcome.of(result);
        };
    }

    public static ExecutionEvent recorded(ProjectId project, Message message) {
        return new ExecutionEvent.Recorded(project, List.of(message));
    }

    /** An agent's line that says something. */
    public static String says(String text) {
        return "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}}";
    }
}
