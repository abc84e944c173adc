package dev.switchboard.shell.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.message.Message;
import dev.switchboard.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Records of a log as people read them. */
public final class RecordText {
    private static final int SHOWN = 300;

    private RecordText() {}

    /** The record's content as a tree, if it is small enough to be one. */
    public static JsonNode tree(Message message) {
        if (!message.content().inMemory()) {
            return Json.object();
        }
        try {
            return Json.read(message.content().toBytes());
        } catch (JsonProcessingException e) {
            return Json.object();
        }
    }

    /** The lines to show; empty if there is nothing to read. */
    public static List<String> of(Message message) {
        if (!message.content().inMemory()) {
            return List.of("[" + message.type() + "] " + message.content().size() + " bytes; --json shows them");
        }
        JsonNode content = tree(message);
        return switch (message.direction()) {
            case CLIENT -> List.of(prompt(content));
            case CLAUDE -> AgentText.of(content);
            case SERVER -> server(message.type(), content);
        };
    }

    /** What stands for a record that has no text. */
    public static String placeholder(Message message) {
        String subtype = tree(message).path("subtype").asText();
        return "[" + message.type() + (subtype.isEmpty() ? "" : " " + subtype) + "]";
    }

    private static String prompt(JsonNode data) {
        JsonNode prompt = data.path("prompt");
        StringJoiner texts = new StringJoiner("\n");
        if (prompt.isTextual()) {
            texts.add(prompt.textValue());
        }
        for (JsonNode block : prompt) {
            texts.add(
                    block.path("type").asText().equals("text")
                            ? block.path("text").asText()
                            : "(image)");
        }
        return "[" + data.path("by").asText("?") + "] > " + texts;
    }

    private static List<String> server(String type, JsonNode data) {
        List<String> lines = new ArrayList<>();
        switch (type) {
            case "project_state" -> lines.add("[state] " + data.path("state").asText());
            case "project_update" ->
                lines.add("[" + data.path("update_type").asText("update") + "] "
                        + data.path("session_id").asText());
            case "error" ->
                lines.add("[error] " + data.path("code").asText() + ": "
                        + Printable.line(data.path("message").asText(), SHOWN));
            case "permission_request" ->
                lines.add("[permission] asks to use " + data.path("tool_name").asText("?") + ": "
                        + Printable.line(data.path("description").asText(Json.text(data.path("input"))), SHOWN));
            case "permission_resolved" ->
                lines.add("[permission] " + data.path("decision").asText("?") + " by "
                        + data.path("by").asText("?"));
            case "process_killed" -> lines.add("[killed]");
            case "session_reset" -> lines.add("[new session]");
            default -> {
                // kinds that came later
            }
        }
        return lines;
    }
}
