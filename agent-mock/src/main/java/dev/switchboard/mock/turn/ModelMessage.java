package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonWriter;
import dev.switchboard.mock.session.Timestamps;
import java.util.List;

/**
 * One answer of the model: blocks that share a message id, each on an {@code assistant} line of its own, with the raw events around
 * it if partial messages were asked for. The line of a block comes just before the event that ends the block.
 */
final class ModelMessage {

    private final Agent agent;
    private final String id;
    private final String requestId;
    private final List<String> messageUuids;
    private final boolean partials;
    private int index;
    private StringBuilder open;

    /** @param messageUuids ids of the user messages that this answers, named once at its beginning */
    ModelMessage(Agent agent, List<String> messageUuids) {
        this(agent, messageUuids, agent.options().partials());
    }

    /** One of which only whole lines are seen. */
    static ModelMessage ofSubagent(Agent agent) {
        return new ModelMessage(agent, List.of(), false);
    }

    private ModelMessage(Agent agent, List<String> messageUuids, boolean partials) {
        this.agent = agent;
        this.messageUuids = messageUuids;
        this.id = agent.session().ids().prefixed("msg_mock");
        this.requestId = agent.session().ids().prefixed("req_mock");
        this.partials = partials;
        if (partials) {
            JsonObject status =
                    JsonObject.of("type", "system").put("subtype", "status").put("status", "requesting");
            agent.output().line(named(agent.identified(status), true));
            JsonObject start = header().put("content", List.of())
                    .put("stop_reason", null)
                    .put("stop_sequence", null)
                    .put("usage", usage());
            JsonObject event =
                    streamEvent(JsonObject.of("type", "message_start").put("message", start));
            agent.output().line(named(event.put("ttft_ms", 1), index == 0));
        }
    }

    String id() {
        return id;
    }

    /** A whole text block; as partial messages, in two pieces. */
    void text(String text) {
        blockEvent(
                "content_block_start",
                "content_block",
                JsonObject.of("type", "text").put("text", ""));
        if (partials) {
            int half = text.length() / 2;
            textDelta(text.substring(0, half));
            textDelta(text.substring(half));
        }
        endBlock(JsonObject.of("type", "text").put("text", text), new JsonObject());
    }

    void beginText() {
        open = new StringBuilder();
        blockEvent(
                "content_block_start",
                "content_block",
                JsonObject.of("type", "text").put("text", ""));
    }

    void delta(String piece) {
        open.append(piece);
        textDelta(piece);
    }

    private void textDelta(String piece) {
        blockEvent(
                "content_block_delta",
                "delta",
                JsonObject.of("type", "text_delta").put("text", piece));
    }

    void endText() {
        String text = open.toString();
        open = null;
        endBlock(JsonObject.of("type", "text").put("text", text), new JsonObject());
    }

    /** Shows what there was of an unfinished text block. */
    void abortText() {
        if (open != null && open.length() > 0) {
            JsonObject extra = agent.version().isCurrent() ? JsonObject.of("aborted", true) : new JsonObject();
            agent.output()
                    .line(assistant(JsonObject.of("type", "text").put("text", open.toString()))
                            .putAll(extra));
        }
        open = null;
    }

    void thinking(String text) {
        String signature = "TW9ja1NpZ25hdHVyZQ==";
        blockEvent(
                "content_block_start",
                "content_block",
                JsonObject.of("type", "thinking").put("thinking", "").put("signature", ""));
        if (partials && agent.version().isCurrent()) {
            JsonObject tokens = JsonObject.of("type", "system")
                    .put("subtype", "thinking_tokens")
                    .put("estimated_tokens", text.length() / 4)
                    .put("estimated_tokens_delta", text.length() / 4);
            agent.output().line(agent.identified(tokens));
        }
        blockEvent(
                "content_block_delta",
                "delta",
                JsonObject.of("type", "thinking_delta").put("thinking", text));
        blockEvent(
                "content_block_delta",
                "delta",
                JsonObject.of("type", "signature_delta").put("signature", signature));
        endBlock(
                JsonObject.of("type", "thinking").put("thinking", text).put("signature", signature),
                agent.version().isCurrent() ? JsonObject.of("thinking_duration_ms", 1) : new JsonObject());
    }

    /** @return the id of the tool call */
    String toolUse(String name, JsonObject input) {
        String toolId = agent.session().ids().prefixed("toolu_mock");
        JsonObject block = JsonObject.of("type", "tool_use").put("id", toolId).put("name", name);
        blockEvent("content_block_start", "content_block", block.copy().put("input", new JsonObject()));
        if (partials) {
            blockEvent(
                    "content_block_delta",
                    "delta",
                    JsonObject.of("type", "input_json_delta").put("partial_json", JsonWriter.toString(input)));
        }
        endBlock(block.put("input", input), new JsonObject());
        return toolId;
    }

    void finish(String stopReason) {
        if (partials) {
            JsonObject delta = JsonObject.of("stop_reason", stopReason).put("stop_sequence", null);
            agent.output()
                    .line(streamEvent(JsonObject.of("type", "message_delta")
                            .put("delta", delta)
                            .put("usage", JsonObject.of("output_tokens", 20))));
            agent.output().line(streamEvent(JsonObject.of("type", "message_stop")));
        }
    }

    /** An assistant line with one block; also for lines that are put together elsewhere. */
    JsonObject assistant(JsonObject block) {
        JsonObject message = header().put("content", List.of(block))
                .put("stop_reason", null)
                .put("stop_sequence", null)
                .put("usage", usage())
                .put("context_management", null);
        JsonObject line = agent.identified(
                JsonObject.of("type", "assistant").put("message", message).put("parent_tool_use_id", null));
        if (agent.version().isCurrent()) {
            line.put("timestamp", Timestamps.now());
        }
        return named(line.put("request_id", requestId), index == 0);
    }

    private void endBlock(JsonObject block, JsonObject extra) {
        agent.output().line(assistant(block).putAll(extra));
        blockEvent("content_block_stop", null, null);
        index++;
    }

    private void blockEvent(String type, String key, JsonObject value) {
        if (partials) {
            JsonObject event = JsonObject.of("type", type).put("index", index);
            agent.output().line(streamEvent(key == null ? event : event.put(key, value)));
        }
    }

    private JsonObject streamEvent(JsonObject event) {
        JsonObject line = agent.identified(JsonObject.of("type", "stream_event").put("event", event));
        line.put("parent_tool_use_id", null);
        return agent.version().isCurrent() ? line.put("api_message_id", id) : line;
    }

    private JsonObject header() {
        return JsonObject.of("id", id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", agent.model());
    }

    private static JsonObject usage() {
        return JsonObject.of("input_tokens", 10)
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", 0)
                .put("output_tokens", 1)
                .put("service_tier", "standard");
    }

    private JsonObject named(JsonObject line, boolean first) {
        if (!first || messageUuids.isEmpty() || !agent.version().isCurrent()) {
            return line;
        }
        if (!"system".equals(line.string("type"))) {
            line.put("user_message_uuid", messageUuids.get(messageUuids.size() - 1));
        }
        return line.put("user_message_uuids", messageUuids);
    }
}
