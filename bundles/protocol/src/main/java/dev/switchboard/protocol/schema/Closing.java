package dev.switchboard.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Makes schemas that take no field they do not name, of schemas that do not say how they want it. */
final class Closing {
    private static final List<String> DECIDED = List.of("additionalProperties", "unevaluatedProperties");

    private Closing() {}

    /** A schema or a part of one, with each object closed that is declared as one: what others build on is not. */
    static JsonNode close(JsonNode schema) {
        JsonNode closed = schema.deepCopy();
        closeAll(closed);
        return closed;
    }

    private static void closeAll(JsonNode part) {
        part.forEach(Closing::closeAll);
        boolean undecided = part instanceof ObjectNode
                && part.path("type").asText().equals("object")
                && DECIDED.stream().noneMatch(part::has);
        if (undecided) {
            ((ObjectNode) part).put(part.has("$ref") ? "unevaluatedProperties" : "additionalProperties", false);
        }
    }
}
