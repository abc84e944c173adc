package dev.switchboard.execution.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.Prompt;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.Origin;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Prompts;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log tells of a run that it does not have the end of: enough to go on with it.
 *
 * <p>Methods read the log, and fail with a {@link SwitchboardException} if that cannot be done.
 */
final class RunHistory {
    private static final Logger LOG = LoggerFactory.getLogger(RunHistory.class);

    private static final int PAGE = 50;

    /**
     * A run that has begun.
     *
     * @param seq the record that says so
     */
    record Begun(ExecutionId id, long seq, Instant at) {}

    /**
     * Questions of the agent's.
     *
     * @param open those that nobody has answered yet, the oldest first
     * @param answers those that somebody has given, the oldest first; they may not have arrived
     */
    record Questions(List<PermissionRequest> open, List<PermissionAnswer> answers) {}

    private final Stores stores;
    private final ProjectId project;
    private final long firstSeq;

    /** @param firstSeq the record that says that the run has begun */
    RunHistory(Stores stores, ProjectId project, long firstSeq) {
        this.stores = stores;
        this.project = project;
        this.firstSeq = firstSeq;
    }

    /**
     * The last state of a project that was recorded.
     *
     * @param active the run that has begun and not ended
     * @param lastActive when something was done in the project
     */
    record LastState(Optional<Begun> active, Optional<Instant> lastActive) {
        static final LastState NONE = new LastState(Optional.empty(), Optional.empty());
    }

    /** The state of a project as its log has it. */
    static LastState lastState(Stores stores, ProjectId project) {
        MessageQuery lastState = MessageQuery.all()
                .withTypes(Set.of(Records.PROJECT_STATE))
                .withOrder(MessageQuery.Order.DESCENDING)
                .withLimit(1);
        MessagePage page = stores.log(log -> log.read(project, lastState));
        return page.messages().stream()
                .findFirst()
                .map(message -> {
                    JsonNode data = parse(message);
                    return new LastState(begun(message, data), lastActive(message, data));
                })
                .orElse(LastState.NONE);
    }

    private static Optional<Instant> lastActive(Message message, JsonNode data) {
        try {
            return Optional.of(Instant.parse(data.path("last_active").asText()));
        } catch (DateTimeParseException e) {
            LOG.error("record {} does not tell when its project was active", message.seq(), e);
            return Optional.empty();
        }
    }

    private static Optional<Begun> begun(Message message, JsonNode data) {
        try {
            return data.path("state").asText().equals(ProjectState.EXECUTING.name())
                    ? Optional.of(new Begun(
                            ExecutionId.parse(data.path("execution_id").asText()), message.seq(), message.at()))
                    : Optional.empty();
        } catch (SwitchboardException e) {
            LOG.error("record {} is not a state of a run", message.seq(), e);
            return Optional.empty();
        }
    }

    /** What the agent was asked; empty if it began its turn by itself. */
    Optional<Prompt> prompt() {
        MessageQuery query = run().withTypes(Set.of(OutboundFrames.USER))
                .withDirections(Set.of(Direction.CLIENT))
                .withLimit(1);
        return stores.log(log -> log.read(project, query)).messages().stream()
                .findFirst()
                .flatMap(message -> Prompts.recorded(message.content()));
    }

    /** Behind the last line of an agent's that was recorded; 0 if none was. */
    long offset(String agentId) {
        MessageQuery query = run().withOrder(MessageQuery.Order.DESCENDING).withLimit(PAGE);
        for (Optional<String> cursor = Optional.of(""); cursor.isPresent(); ) {
            MessagePage page = page(query, cursor.get());
            Optional<Long> offset = page.messages().stream()
                    .flatMap(message -> message.origin().stream())
                    .filter(origin -> origin.agent().equals(agentId))
                    .map(Origin::offset)
                    .findFirst();
            if (offset.isPresent()) {
                return offset.get();
            }
            cursor = page.nextCursor();
        }
        return 0;
    }

    Questions questions() {
        Map<String, PermissionRequest> open = new LinkedHashMap<>();
        List<PermissionAnswer> answers = new ArrayList<>();
        MessageQuery query = run().withTypes(Set.of(Records.PERMISSION_REQUEST, Records.PERMISSION_RESOLVED))
                .withLimit(PAGE);
        forEach(query, message -> {
            JsonNode data = parse(message);
            if (message.type().equals(Records.PERMISSION_REQUEST)) {
                PermissionRequest request = PermissionRecords.request(data);
                open.put(request.permissionId(), request);
            } else {
                open.remove(PermissionRecords.permissionId(data));
                PermissionRecords.answer(data).ifPresent(answers::add);
            }
        });
        return new Questions(List.copyOf(open.values()), List.copyOf(answers));
    }

    private MessageQuery run() {
        return MessageQuery.all().withAfterSeq(firstSeq - 1);
    }

    private void forEach(MessageQuery query, Consumer<Message> use) {
        for (Optional<String> cursor = Optional.of(""); cursor.isPresent(); ) {
            MessagePage page = page(query, cursor.get());
            page.messages().forEach(use);
            cursor = page.nextCursor();
        }
    }

    private MessagePage page(MessageQuery query, String cursor) {
        MessageQuery next = cursor.isEmpty() ? query : query.withCursor(cursor);
        return stores.log(log -> log.read(project, next));
    }

    private static JsonNode parse(Message message) {
        try {
            return Json.read(message.content().toBytes());
        } catch (JsonProcessingException e) {
            LOG.error("record {} is not JSON", message.seq(), e);
            return Json.object();
        }
    }
}
