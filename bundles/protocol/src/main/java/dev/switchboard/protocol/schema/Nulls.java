package dev.switchboard.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Takes fields for absent that are {@code null}. */
final class Nulls {
    private Nulls() {}

    /** The value itself if it has none, otherwise a copy as far as needed; what is in lists stays as it is. */
    static JsonNode without(JsonNode value) {
        if (!(value instanceof ObjectNode object)) {
            return value;
        }
        ObjectNode copy = null;
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode before = field.getValue();
            JsonNode after = before.isNull() ? null : without(before);
            if (after != before) {
                copy = copy == null ? shallowCopy(object) : copy;
                if (after == null) {
                    copy.remove(field.getKey());
                } else {
                    copy.set(field.getKey(), after);
                }
            }
        }
        return copy == null ? object : copy;
    }

    private static ObjectNode shallowCopy(ObjectNode object) {
        ObjectNode copy = object.objectNode();
        object.properties().forEach(field -> copy.set(field.getKey(), field.getValue()));
        return copy;
    }
}
