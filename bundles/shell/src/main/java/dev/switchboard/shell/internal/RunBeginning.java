package dev.switchboard.shell.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.OutboundFrames;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * How a run began, as the project's log tells.
 *
 * @param at when; empty if its beginning is not in the log any more
 * @param by who asked for it; empty if the agent began it by itself
 */
public record RunBeginning(Optional<Instant> at, Optional<String> by) {
    private static final MessageQuery BEGINNINGS = MessageQuery.all()
            .withDirections(Set.of(Direction.CLIENT, Direction.SERVER))
            .withTypes(Set.of("project_state", OutboundFrames.USER))
            .withOrder(Order.DESCENDING)
            .withLimit(4)
            .withMaxBytes(1 << 20);

    /** Of the run that is active. */
    public static RunBeginning of(ProjectService projects, ProjectStatus status, ExecutionId run) {
        ProjectId project = status.project().id();
        Optional<Instant> at = Optional.empty();
        Optional<String> by = Optional.empty();
        for (Message message : projects.history(project, BEGINNINGS).messages()) {
            JsonNode content = RecordText.tree(message);
            if (content.path("execution_id").asText().equals(run.toString())) {
                at = Optional.of(message.at()); // the earliest of them comes last
                by = by.or(() -> Optional.ofNullable(content.path("by").textValue()));
            }
        }
        return new RunBeginning(at, by);
    }
}
