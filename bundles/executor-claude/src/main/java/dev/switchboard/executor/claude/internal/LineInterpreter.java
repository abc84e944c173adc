package dev.switchboard.executor.claude.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.content.Content;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.process.SpoolLine;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.agent.AgentLine;
import dev.switchboard.protocol.agent.AgentLineScanner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Tells what the CLI's lines mean. New types of lines and new fields come with every release: what is not known is shown
 * as it is. Keeps nothing between lines; safe for use by many threads if the repair is.
 */
final class LineInterpreter {
    /** Values read as a whole: texts for people, and the figures of a limit. */
    private static final int SMALL = 1 << 16;

    /** A question stays in memory until it is answered, and everybody on the project is shown it. */
    static final int INPUT_LIMIT = 8 << 20;

    /** Of the year 9999: later ones cannot be written on the wire. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private static final Content NO_INPUT = Content.of("{}");

    private static final AgentLineScanner LINE = new AgentLineScanner(
            "type",
            "subtype",
            "session_id",
            "is_error",
            "terminal_reason",
            "errors",
            "result",
            "state",
            "request_id",
            "request",
            "rate_limit_info",
            "command_uuid");
    private static final AgentLineScanner REQUEST =
            new AgentLineScanner("subtype", "tool_name", "input", "description", "permission_suggestions");

    private final UnaryOperator<Content> repair;

    /** @param repair makes a copy of a line in which malformed UTF-8 is replaced */
    LineInterpreter(UnaryOperator<Content> repair) {
        this.repair = repair;
    }

    void interpret(SpoolLine line, LineHandler handler) {
        Content content = line.content();
        Optional<AgentLine> fields = LINE.scan(content);
        if (fields.isPresent() && !fields.get().wellFormed()) {
            content = repair.apply(content);
            fields = LINE.scan(content);
        }
        if (fields.isEmpty()) {
            handler.notJson();
        } else {
            interpret(fields.get(), content, line.end(), handler);
        }
    }

    private static void interpret(AgentLine fields, Content line, long end, LineHandler handler) {
        String type = fields.text("type").orElse("unknown");
        switch (type) {
            case "stream_event" -> handler.partial(line);
            case "control_request" -> request(fields, end, handler);
            case "control_cancel_request" -> fields.text("request_id").ifPresent(handler::withdrawn);
            case "control_response" -> {
                // The driver's own traffic: neither shown nor logged.
            }
            case "command_lifecycle" ->
                fields.text("command_uuid")
                        .ifPresent(uuid -> handler.message(
                                uuid, messageState(fields.text("state").orElse(""))));
            case "system" -> system(fields, line, end, handler);
            case "result" -> {
                fields.text("session_id").ifPresent(handler::session);
                handler.result(result(fields), line, end);
            }
            case "rate_limit_event" -> {
                fields.json("rate_limit_info")
                        .flatMap(LineInterpreter::small)
                        .ifPresent(info -> handler.limited(limit(info)));
                handler.shown(type, line, end);
            }
            default -> handler.shown(type, line, end);
        }
    }

    private static void system(AgentLine fields, Content line, long end, LineHandler handler) {
        String subtype = fields.text("subtype").orElse("");
        if (subtype.equals("session_state_changed")) {
            state(fields.text("state").orElse("")).ifPresent(handler::state);
            return;
        }
        // Only here and in results: after /clear other lines, conversation_reset itself too, name ids that no resume
        // finds.
        if (subtype.equals("init")) {
            fields.text("session_id").ifPresent(handler::session);
        }
        handler.shown("system", line, end);
    }

    private static LineHandler.MessageState messageState(String name) {
        return switch (name) {
            case "queued" -> LineHandler.MessageState.QUEUED;
            case "started" -> LineHandler.MessageState.STARTED;
            default -> LineHandler.MessageState.OVER; // completed, cancelled, discarded, refused
        };
    }

    private static Optional<LineHandler.State> state(String name) {
        try {
            return Optional.of(LineHandler.State.valueOf(name.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void request(AgentLine fields, long end, LineHandler handler) {
        Optional<String> id = fields.text("request_id");
        Optional<AgentLine> request = fields.json("request").flatMap(REQUEST::scan);
        if (id.isEmpty() || request.isEmpty()) {
            return;
        }
        String subtype = request.get().text("subtype").orElse("");
        if (subtype.equals("can_use_tool")) {
            Content input = request.get().json("input").orElse(NO_INPUT);
            if (input.size() > INPUT_LIMIT) {
                handler.askedTooMuch(id.get());
            } else {
                handler.asked(permission(id.get(), request.get(), input), end);
            }
        } else {
            handler.unsupported(id.get(), subtype);
        }
    }

    private static PermissionRequest permission(String id, AgentLine request, Content input) {
        return new PermissionRequest(
                id,
                request.text("tool_name").map(PlainText::of).orElse("unknown"),
                Content.of(input.toBytes()),
                request.excerpt("description").map(PlainText::of),
                request.json("permission_suggestions")
                        .filter(rules -> rules.size() <= SMALL)
                        .map(rules -> Content.of(rules.toBytes())),
                Optional.empty());
    }

    private static ResultLine result(AgentLine fields) {
        return new ResultLine(
                fields.isTrue("is_error"),
                fields.text("subtype").orElse("unknown"),
                fields.text("terminal_reason").orElse(""),
                fields.json("errors").map(LineInterpreter::texts).orElse(List.of()),
                fields.excerpt("result").orElse(""));
    }

    private static List<String> texts(Content array) {
        List<String> texts = new ArrayList<>();
        small(array).ifPresent(items -> items.forEach(item -> texts.add(item.asText())));
        return texts;
    }

    /** Until when nothing will be answered; what is merely close to a limit is answered. */
    private static Optional<Instant> limit(JsonNode info) {
        boolean rejected = info.path("status").asText().equals("rejected");
        boolean paidFor = info.path("isUsingOverage").asBoolean();
        JsonNode until = info.path("resetsAt");
        return rejected && !paidFor && until.canConvertToLong()
                ? Optional.of(Instant.ofEpochSecond(Math.max(0, Math.min(until.asLong(), LAST_SECOND))))
                : Optional.empty();
    }

    private static Optional<JsonNode> small(Content json) {
        if (json.size() > SMALL) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(json.toBytes()));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
