package dev.switchboard.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes server frames. Content that is JSON already (an agent's line, a record) is put in as it is, byte for byte, never
 * parsed.
 */
public final class OutboundFrames {
    /** The frame type of an agent's line. */
    public static final String AGENT_MESSAGE = "agent_message";
    /** The frame type of a prompt. */
    public static final String PROMPT = "prompt";
    /** The record type of a prompt, as history shows it. */
    public static final String USER = "user";

    private static final Content COMMA = Content.of(",");
    private static final Content END = Content.of("}");

    private OutboundFrames() {}

    /** The frame of a record: the one that it was shown as, apart from {@code replay}. */
    public static Content record(ProjectId project, Message message, boolean replay) {
        StringBuilder head =
                start(recordType(message)).append(",\"project_id\":\"").append(project);
        head.append("\",\"seq\":").append(message.seq());
        if (replay) {
            head.append(",\"replay\":true");
        }
        return finish(head, message.at(), message.content());
    }

    /** What the frame of a record is called. */
    public static String recordType(Message message) {
        return switch (message.direction()) {
            case CLIENT -> PROMPT;
            case CLAUDE -> AGENT_MESSAGE;
            case SERVER -> message.type();
        };
    }

    /** A frame about a project that is not a record. */
    public static Content notice(String type, ProjectId project, Instant at, Content data) {
        return finish(start(type).append(",\"project_id\":\"").append(project).append('"'), at, data);
    }

    /** A direct reply, or a frame about no project. */
    public static Content reply(
            String type, Optional<ProjectId> project, Optional<JsonNode> requestId, Instant at, Content data) {
        StringBuilder head = start(type);
        project.ifPresent(id -> head.append(",\"project_id\":\"").append(id).append('"'));
        requestId.ifPresent(
                id -> head.append(",\"request_id\":").append(new String(Json.bytes(id), StandardCharsets.UTF_8)));
        return finish(head, at, data);
    }

    /** A record as {@code get_messages} shows it. */
    public static Content historyItem(Message message) {
        StringBuilder head = new StringBuilder(160)
                .append("{\"seq\":")
                .append(message.seq())
                .append(",\"timestamp\":\"")
                .append(Timestamps.format(message.at()))
                .append("\",\"direction\":\"")
                .append(message.direction().wireName())
                .append("\",\"message\":{\"type\":")
                .append(quote(message.type()))
                .append(",\"content\":");
        Content content = message.direction() == Direction.CLIENT ? promptContent(message) : message.content();
        return JoinedContent.of(bytes(head), content, Content.of("}}"));
    }

    /**
     * Of the reply to {@code get_messages}: the records as they are, not parsed.
     *
     * @param metadata of the page
     */
    public static Content historyPage(ProjectId project, List<Message> messages, ObjectNode metadata) {
        List<Content> parts = new ArrayList<>();
        parts.add(Content.of("{\"messages\":["));
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0) {
                parts.add(COMMA);
            }
            parts.add(historyItem(messages.get(i)));
        }
        parts.add(Content.of("],\"metadata\":" + Json.text(metadata) + ",\"project_id\":\"" + project + "\"}"));
        return JoinedContent.of(parts.toArray(Content[]::new));
    }

    /** A prompt's record as history shows it: its {@code text}, with what else is known of it. */
    private static Content promptContent(Message message) {
        try {
            ObjectNode data = (ObjectNode) Json.read(message.content().toBytes());
            ObjectNode content = Json.object();
            content.put("text", Prompts.text(data.path("prompt")));
            if (data.path("prompt").isArray()) {
                content.set("blocks", data.get("prompt"));
            }
            content.set("execution_id", data.get("execution_id"));
            content.set("by", data.get("by"));
            return Json.content(content);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("record " + message.seq() + " is not JSON", e);
        }
    }

    private static StringBuilder start(String type) {
        return new StringBuilder(192).append("{\"type\":").append(quote(type));
    }

    private static Content finish(StringBuilder head, Instant at, Content data) {
        head.append(",\"timestamp\":\"").append(Timestamps.format(at)).append("\",\"data\":");
        if (data.inMemory()) {
            byte[] start = head.toString().getBytes(StandardCharsets.UTF_8);
            byte[] whole = new byte[start.length + (int) data.size() + 1];
            System.arraycopy(start, 0, whole, 0, start.length);
            ByteBuffer target = ByteBuffer.wrap(whole, start.length, (int) data.size());
            while (target.hasRemaining() && data.read(target.position() - start.length, target) > 0) {
                // read() moves the buffer on
            }
            whole[whole.length - 1] = '}';
            return Content.of(whole);
        }
        return JoinedContent.of(bytes(head), data, END);
    }

    private static Content bytes(StringBuilder text) {
        return Content.of(text.toString());
    }

    /** Nearly all texts are names, of which nothing has to be escaped. */
    private static String quote(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain) {
                return Json.text(TextNode.valueOf(text));
            }
        }
        return '"' + text + '"';
    }
}
