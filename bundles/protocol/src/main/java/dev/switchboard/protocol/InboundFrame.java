package dev.switchboard.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * A request's envelope.
 *
 * @param type what is asked for
 * @param projectId the project that the envelope or {@code data} names, if one does
 * @param requestId to be echoed, as it came: a JSON string or number
 * @param data the rest; empty if there was none
 * @param source the whole message
 */
public record InboundFrame(
        String type, Optional<ProjectId> projectId, Optional<JsonNode> requestId, ObjectNode data, byte[] source) {
    /** The longest {@code request_id}, in characters. */
    public static final int MAX_REQUEST_ID = 128;

    private static final int MAX_TYPE = 64;

    /**
     * Reads an envelope in two steps, so that an error in the second can be answered with the request's id.
     *
     * @throws SwitchboardException {@code INVALID_MESSAGE} if it is not a JSON object of the envelope's shape
     */
    public static Raw parse(byte[] utf8) {
        JsonNode root;
        try {
            root = Json.read(utf8);
        } catch (JsonProcessingException e) {
            throw invalid("the message is not valid JSON; expected one JSON object");
        }
        if (!root.isObject()) {
            throw invalid("the message is not a JSON object");
        }
        return new Raw((ObjectNode) root, utf8);
    }

    /** A JSON object that may be an envelope. */
    public record Raw(ObjectNode root, byte[] source) {
        /** The id to echo, if there is one of the right shape; also when the rest is wrong. */
        public Optional<JsonNode> requestId() {
            JsonNode id = root.get("request_id");
            boolean usable = id != null
                    && (id.isTextual() || id.isNumber())
                    && id.asText().length() <= MAX_REQUEST_ID;
            return usable ? Optional.of(id) : Optional.empty();
        }

        /** The type, if there is one of the right shape; also when the rest is wrong. */
        public Optional<String> type() {
            JsonNode type = root.get("type");
            boolean usable =
                    type != null && type.isTextual() && !type.textValue().isEmpty();
            return usable ? Optional.of(type.textValue()) : Optional.empty();
        }

        /**
         * The envelope.
         *
         * @throws SwitchboardException {@code INVALID_MESSAGE} for a wrong shape, {@code VALIDATION_FAILED} for project ids
         *         that are none or differ
         */
        public InboundFrame envelope() {
            String type = type().filter(text -> text.length() <= MAX_TYPE)
                    .orElseThrow(() -> invalid("type is missing or not a text of at most " + MAX_TYPE + " characters"));
            if (present(root.get("request_id")) && requestId().isEmpty()) {
                throw invalid("request_id is not a text or a number of at most " + MAX_REQUEST_ID + " characters");
            }
            JsonNode data = root.get("data");
            if (present(data) && !data.isObject()) {
                throw invalid("data is not an object");
            }
            ObjectNode fields = present(data) ? (ObjectNode) data : Json.object();
            return new InboundFrame(type, project(fields), requestId(), fields, source);
        }

        private Optional<ProjectId> project(ObjectNode data) {
            Optional<String> outer = projectText(root);
            Optional<String> inner = projectText(data);
            if (outer.isPresent() && inner.isPresent() && !outer.get().equalsIgnoreCase(inner.get())) {
                throw new SwitchboardException(
                        ErrorCode.VALIDATION_FAILED,
                        "project_id and data.project_id differ; give one, or the same twice",
                        Map.of("field", "project_id"));
            }
            return outer.or(() -> inner).map(ProjectId::parse);
        }

        private static Optional<String> projectText(ObjectNode object) {
            JsonNode id = object.get("project_id");
            if (!present(id)) {
                return Optional.empty();
            }
            if (!id.isTextual()) {
                throw invalid("project_id is not a text");
            }
            // Clients of the original protocol send an empty text for "none".
            return Optional.of(id.textValue()).filter(text -> !text.isEmpty());
        }
    }

    /** The bytes of a field of {@code data} exactly as they came, if it is there and not {@code null}. */
    public Optional<Content> rawField(String name) {
        try (JsonParser parser = Json.parser(source)) {
            Optional<Content> found = Optional.empty();
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isData = parser.currentName().equals("data");
                JsonToken value = parser.nextToken();
                if (isData && value == JsonToken.START_OBJECT) {
                    found = rawFieldOf(parser, name);
                } else {
                    parser.skipChildren();
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("the message was valid before", e);
        }
    }

    private Optional<Content> rawFieldOf(JsonParser parser, String name) throws IOException {
        Optional<Content> found = Optional.empty();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals(name);
            JsonToken value = parser.nextToken();
            int start = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            int end = (int) parser.currentLocation().getByteOffset();
            if (wanted) {
                found = value == JsonToken.VALUE_NULL
                        ? Optional.empty()
                        : Optional.of(Content.of(source, start, end - start));
            }
        }
        return found;
    }

    private static boolean present(JsonNode node) {
        return node != null && !node.isNull();
    }

    private static SwitchboardException invalid(String message) {
        return new SwitchboardException(ErrorCode.INVALID_MESSAGE, message);
    }
}
