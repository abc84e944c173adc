package dev.switchboard.execution.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.message.Direction;
import dev.switchboard.message.NewMessage;
import dev.switchboard.message.Origin;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Payloads;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The records that the use cases write. */
final class Records {
    static final String PROJECT_STATE = "project_state";
    static final String PROJECT_UPDATE = "project_update";
    static final String SESSION_RESET = "session_reset";
    static final String PROCESS_KILLED = "process_killed";
    static final String PERMISSION_REQUEST = "permission_request";
    static final String PERMISSION_RESOLVED = "permission_resolved";
    static final String QUEUE_UPDATE = "queue_update";
    static final String ERROR = "error";

    private Records() {}

    /** Something that the server did or found. */
    static NewMessage server(String type, ObjectNode data) {
        return server(type, data, Optional.empty());
    }

    /** Something that the server did because of a place in an agent's output. */
    static NewMessage server(String type, ObjectNode data, Optional<Origin> origin) {
        return new NewMessage(Direction.SERVER, type, Json.content(data), origin);
    }

    /** A prompt, with the {@code data} of its frame. */
    static NewMessage prompt(Content data) {
        return new NewMessage(Direction.CLIENT, OutboundFrames.USER, data, Optional.empty());
    }

    /** A line of an agent's. */
    static NewMessage line(AgentEvent.Line line) {
        return new NewMessage(Direction.CLAUDE, line.type(), line.line(), line.origin());
    }

    /** What a failed outcome tells clients. */
    static ObjectNode error(ExecutionOutcome outcome, String executionId) {
        Map<String, Object> details = new TreeMap<>(outcome.details());
        details.put("execution_id", executionId);
        return Payloads.error(outcome.code().orElseThrow().name(), outcome.message(), details);
    }
}
