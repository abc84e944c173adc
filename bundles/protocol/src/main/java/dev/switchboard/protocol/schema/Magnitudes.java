package dev.switchboard.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.protocol.Json;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Puts other numbers in the place of those that are too far from any bound to matter: a validator that compares
 * {@code 1e999999999} with the values of an {@code enum} writes it out, which takes more memory than there is.
 */
final class Magnitudes {
    /** More digits, before the point or behind it, than any number has that can be right. */
    private static final int MOST_DIGITS = 2_000;

    private Magnitudes() {}

    /** The value itself if all its numbers can be worked with, otherwise a copy with numbers as far off as is needed. */
    static JsonNode bounded(JsonNode value) {
        return isBounded(value) ? value : copy(value);
    }

    private static boolean isBounded(JsonNode value) {
        if (value.isBigDecimal()) {
            return Math.abs((long) value.decimalValue().scale()) <= MOST_DIGITS;
        }
        for (JsonNode child : value) {
            if (!isBounded(child)) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode copy(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode copy = Json.object();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                copy.set(field.getKey(), copy(field.getValue()));
            }
            return copy;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode copy = Json.object().arrayNode();
            array.forEach(item -> copy.add(copy(item)));
            return copy;
        }
        if (isBounded(value)) {
            return value;
        }
        BigDecimal number = value.decimalValue();
        int scale = number.scale() > 0 ? MOST_DIGITS : -MOST_DIGITS;
        return Json.object().numberNode(BigDecimal.valueOf(number.signum(), scale));
    }
}
