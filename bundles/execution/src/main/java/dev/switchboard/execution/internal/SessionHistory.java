package dev.switchboard.execution.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.execution.AgentSession;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Prompts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a project's log tells of the agent's sessions: which there were, what each began with, what it cost. */
final class SessionHistory {
    private static final String RESULT = "result";

    private final Stores stores;
    private final ProjectId project;
    private final Map<String, AgentSession> sessions = new LinkedHashMap<>();
    private String prompt = "";
    private long promptSeq;
    private String current = "";

    SessionHistory(Stores stores, ProjectId project) {
        this.stores = stores;
        this.project = project;
    }

    /** The sessions, the last used first. */
    List<AgentSession> sessions() {
        MessageQuery query = MessageQuery.all()
                .withTypes(Set.of(OutboundFrames.USER, Records.PROJECT_UPDATE, Records.SESSION_RESET, RESULT))
                .withLimit(1000);
        for (Optional<String> cursor = Optional.of(""); cursor.isPresent(); ) {
            MessageQuery next = cursor.get().isEmpty() ? query : query.withCursor(cursor.get());
            MessagePage page = stores.log(log -> log.read(project, next));
            page.messages().forEach(this::take);
            cursor = page.nextCursor();
        }
        List<AgentSession> found = new ArrayList<>(sessions.values());
        found.sort(Comparator.comparingLong(AgentSession::lastSeq).reversed());
        return found;
    }

    private void take(Message message) {
        if (message.direction() == Direction.CLAUDE && !message.type().equals(RESULT)) {
            return; // the tool results that an agent hands to itself are of type "user" too
        }
        if (!message.content().inMemory()) {
            return; // neither a prompt nor a result that large says more about its session
        }
        JsonNode content = parse(message);
        switch (message.direction()) {
            case CLIENT -> {
                prompt = shorten(content.path("prompt"));
                promptSeq = message.seq();
            }
            case CLAUDE -> use(content.path("session_id").asText(current), message, cost(content));
            case SERVER -> {
                if (content.path("update_type").asText().equals("session")) {
                    current = content.path("session_id").asText();
                    use(current, message, Optional.empty());
                }
            }
        }
    }

    private void use(String id, Message message, Optional<BigDecimal> cost) {
        if (id.isEmpty()) {
            return;
        }
        AgentSession before = sessions.get(id);
        sessions.put(
                id,
                before == null
                        ? new AgentSession(id, Math.max(1, promptSeq), message.seq(), message.at(), prompt, cost)
                        : new AgentSession(
                                id,
                                before.firstSeq(),
                                message.seq(),
                                message.at(),
                                before.firstPrompt(),
                                cost.or(before::costUsd)));
    }

    private static Optional<BigDecimal> cost(JsonNode result) {
        JsonNode cost = result.path("total_cost_usd");
        return cost.isNumber() ? Optional.of(cost.decimalValue()) : Optional.empty();
    }

    private static String shorten(JsonNode prompt) {
        String text = prompt.isTextual()
                ? prompt.textValue()
                : prompt.path(0).path("text").asText("");
        return Prompts.shortened(text);
    }

    private static JsonNode parse(Message message) {
        try {
            return Json.read(message.content().toBytes());
        } catch (JsonProcessingException e) {
            return Json.object();
        }
    }
}
