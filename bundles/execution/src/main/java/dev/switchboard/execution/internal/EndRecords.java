package dev.switchboard.execution.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Payloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The records that end a run, all in one append: the emptied queue, what went wrong, the state, and that somebody killed it. */
final class EndRecords {
    private EndRecords() {}

    /** @param seq the place of the first of them */
    static List<NewMessage> of(
            ProjectActor actor,
            Project project,
            ProjectState state,
            ExecutionId execution,
            ExecutionOutcome outcome,
            boolean emptiesQueue,
            long seq) {
        List<NewMessage> batch = new ArrayList<>();
        if (emptiesQueue) {
            batch.add(QueueItems.NONE.record());
        }
        if (outcome.code().isPresent()) {
            batch.add(Records.server(Records.ERROR, Records.error(outcome, execution.toString())));
        }
        ObjectNode data = actor.stateData(project, state, Optional.of(execution), seq + batch.size());
        batch.add(Records.server(Records.PROJECT_STATE, data));
        if (outcome.result() == Result.KILLED) {
            batch.add(Records.server(
                    Records.PROCESS_KILLED,
                    Payloads.about(project.id(), "reason", "process_killed", project.lastActive())));
        }
        return batch;
    }
}
