package dev.switchboard.itests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.protocol.schema.JsonSchema;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.protocol.schema.SchemaViolation;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Holds what the server sends against the schemas, which name every field that a frame may have. */
final class StrictFrames {
    private static final JsonSchema ENVELOPE = MessageSchemas.strict().ofFrameEnvelope();
    private static final Map<String, JsonSchema> DATA = MessageSchemas.strict().frameTypes().stream()
            .collect(Collectors.toMap(
                    Function.identity(),
                    type -> MessageSchemas.strict().ofFrame(type).orElseThrow()));

    private StrictFrames() {}

    /** What is wrong with a frame. Of an agent's own lines only the outside is looked at, however long they are. */
    static Optional<String> violation(JsonNode frame) {
        Optional<SchemaViolation> outside = ENVELOPE.check(frame);
        if (outside.isPresent()) {
            return outside.map(SchemaViolation::message).map(text -> text + " in " + shorten(frame));
        }
        JsonSchema schema = DATA.get(frame.get("type").asText());
        if (schema == null) {
            return Optional.of("a type that has no schema: " + shorten(frame));
        }
        return schema.check(frame.get("data"))
                .map(wrong -> "data." + wrong.field() + " " + wrong.problem() + " in " + shorten(frame));
    }

    private static String shorten(JsonNode frame) {
        String all = frame.toString();
        return all.length() > 500 ? all.substring(0, 500) + "…" : all;
    }
}
