package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.schema.MessageSchemas;
import java.net.URI;
import java.util.Map;
import java.util.Random;

/** Makes values that fit a schema of ours, those at its edges more often than others. For one thread. */
final class SchemaSampler {
    /** What is made for a pattern: a schema with another one wants an example here. */
    private static final Map<String, String> BY_PATTERN = Map.of(
            "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001",
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z$", "2026-01-31T10:15:30.123456Z",
            "^[A-Za-z0-9][A-Za-z0-9._:,/@\\[\\]-]*$", "word-1.0[1m]",
            "[^\\s\\p{Z}]", "a text",
            "^image/", "image/png");

    private static final String[] PIECES = {
        "a", "Z", "0", " ", "ä", "€", "🇨🇭", "\u0000", "\"", "\\", "\n", "\u2028", "\u202e", "/", "..", "$ref", "<b>",
        "%s"
    };
    private static final int LONGEST = 300;
    private static final int MORE_ITEMS = 3;

    private final Map<String, JsonNode> documents = MessageSchemas.open().documents();
    private final Random random;

    SchemaSampler(Random random) {
        this.random = random;
    }

    /** A value that fits the {@code data} of a type of request. */
    ObjectNode request(String type) {
        JsonNode document = documents.get(MessageSchemas.BASE + "requests.json");
        ObjectNode data = (ObjectNode) sample(document, document.at("/$defs/" + type));
        MessageSchemas.open().ofRequest(type).orElseThrow().check(data).ifPresent(wrong -> {
            throw new IllegalStateException("a sample of " + type + " does not fit: " + wrong.message());
        });
        return data;
    }

    private JsonNode sample(JsonNode document, JsonNode schema) {
        if (schema.has("$ref")) {
            return follow(document, schema.get("$ref").asText());
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.has("enum")) {
            return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
        }
        JsonNode type = schema.path("type");
        String name = type.isArray() ? type.get(random.nextInt(type.size())).asText() : type.asText("object");
        return switch (name) {
            case "object" -> object(document, schema);
            case "array" -> array(document, schema);
            case "string" -> Json.object().textNode(string(schema));
            case "integer" -> Json.object().numberNode(integer(schema));
            case "number" -> Json.object().numberNode(number(schema));
            case "boolean" -> Json.object().booleanNode(random.nextBoolean());
            case "null" -> Json.object().nullNode();
            default -> throw new IllegalStateException("no sample for the type " + name);
        };
    }

    private JsonNode follow(JsonNode document, String reference) {
        URI target = URI.create(document.get("$id").asText()).resolve(reference);
        JsonNode other = documents.get(target.toString().replaceFirst("#.*", ""));
        return sample(other, other.at(target.getFragment()));
    }

    private ObjectNode object(JsonNode document, JsonNode schema) {
        ObjectNode object = Json.object();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (isRequired(schema, property.getKey()) || random.nextInt(5) < 2) {
                object.set(property.getKey(), sample(document, property.getValue()));
            }
        }
        if (schema.has("if")) {
            boolean holds = schema.at("/if/properties/type/const").equals(object.get("type"));
            object.setAll(object(document, schema.get(holds ? "then" : "else")));
        }
        if (schema.path("additionalProperties").asBoolean() && random.nextBoolean()) {
            object.put("more", string(schema));
        }
        return object;
    }

    private static boolean isRequired(JsonNode schema, String name) {
        for (JsonNode required : schema.path("required")) {
            if (required.asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private ArrayNode array(JsonNode document, JsonNode schema) {
        ArrayNode array = Json.object().arrayNode();
        int count = schema.path("minItems").asInt() + random.nextInt(MORE_ITEMS);
        for (int i = 0; i < count; i++) {
            array.add(sample(document, schema.get("items")));
        }
        if (schema.has("contains")) {
            array.add(object(document, schema.get("contains")));
        }
        return array;
    }

    /** Of an allowed length in characters, which the schema counts by code points. */
    private String string(JsonNode schema) {
        if (schema.has("pattern")) {
            String pattern = schema.get("pattern").asText();
            if (!BY_PATTERN.containsKey(pattern)) {
                throw new IllegalStateException("no sample for the pattern " + pattern);
            }
            return BY_PATTERN.get(pattern);
        }
        int least = schema.path("minLength").asInt();
        int most = Math.min(LONGEST, schema.path("maxLength").asInt(LONGEST));
        int length = switch (random.nextInt(8)) {
            case 0 -> least;
            case 1 -> most;
            default -> Math.min(most, least + random.nextInt(20));
        };
        StringBuilder text = new StringBuilder();
        int count = 0;
        while (count < length) {
            String piece = PIECES[random.nextInt(PIECES.length)];
            int size = piece.codePointCount(0, piece.length());
            if (count + size <= length) {
                text.append(piece);
                count += size;
            }
        }
        return text.toString();
    }

    private long integer(JsonNode schema) {
        long least = schema.path("minimum").asLong(Long.MIN_VALUE);
        long most = schema.path("maximum").asLong(Long.MAX_VALUE);
        return switch (random.nextInt(5)) {
            case 0 -> least;
            case 1 -> most;
            case 2 -> least + (most - least) / 2;
            default -> Math.min(most, Math.max(least, 0) + random.nextInt(100));
        };
    }

    private double number(JsonNode schema) {
        double least = schema.path("minimum").asDouble();
        double most = schema.path("maximum").asDouble(1e300);
        return random.nextInt(4) == 0 ? least : least + random.nextDouble() * (most - least);
    }
}
