package dev.switchboard.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.protocol.Json;
import java.util.Map;
import java.util.Set;

/**
 * A schema as a part of another document: its references lead to where things are there, and what draft 07 knows by another
 * name, or ignores, is said as draft 07 does.
 */
final class EmbeddedSchema {
    private static final String DEFINITIONS = "#/$defs/";

    /** Of the document that it was, not of the part that it is. */
    private static final Set<String> OF_DOCUMENTS = Set.of("$schema", "$id", "$comment");

    /** Their values are no schemas. */
    private static final Set<String> VALUES =
            Set.of("const", "enum", "default", "examples", "required", "dependentRequired");

    /** Their fields are schemas, by names that may be those of keywords. */
    private static final Set<String> MAPS =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    /** What stands for {@code #}, or, if it ends with a point, for {@code #/$defs/}. */
    private final String place;

    private EmbeddedSchema(String place) {
        this.place = place;
    }

    /**
     * The schema in its new place.
     *
     * @param place what {@code #} of the schema's document has become; of one of ours, whose definitions are apart there,
     *        what they all begin with, and a point
     */
    static JsonNode of(JsonNode schema, String place) {
        return new EmbeddedSchema(place).convert(schema);
    }

    /** {@code types} of {@code https://switchboard.dev/schema/types.json}. */
    static String documentName(String id) {
        return id.substring(id.lastIndexOf('/') + 1).replace(".json", "");
    }

    private JsonNode convert(JsonNode schema) {
        if (schema instanceof ArrayNode list) {
            ArrayNode copy = Json.object().arrayNode();
            list.forEach(item -> copy.add(convert(item)));
            return copy;
        }
        if (!(schema instanceof ObjectNode)) {
            return schema;
        }
        ObjectNode copy = Json.object();
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.equals("dependentRequired")) {
                copy.set("dependencies", value);
            } else if (VALUES.contains(name)) {
                copy.set(name, value);
            } else if (MAPS.contains(name)) {
                ObjectNode map = copy.putObject(name);
                value.properties().forEach(entry -> map.set(entry.getKey(), convert(entry.getValue())));
            } else if (!OF_DOCUMENTS.contains(name) && !name.equals("$ref")) {
                copy.set(name, convert(value));
            }
        }
        return schema.path("$ref").isTextual() ? refer(copy, schema.get("$ref").textValue()) : copy;
    }

    /** Draft 07 ignores what is beside a reference. */
    private ObjectNode refer(ObjectNode beside, String reference) {
        ObjectNode alone = Json.object().put("$ref", target(reference));
        if (beside.isEmpty()) {
            return alone;
        }
        ArrayNode all = beside.path("allOf") instanceof ArrayNode list ? list : beside.putArray("allOf");
        all.insert(0, alone);
        return beside;
    }

    private String target(String reference) {
        int hash = reference.indexOf('#');
        String fragment = hash < 0 ? "#" : reference.substring(hash);
        if (hash == 0) {
            return place.endsWith(".")
                    ? place + fragment.substring(DEFINITIONS.length())
                    : place + fragment.substring(1);
        }
        String document = documentName(hash < 0 ? reference : reference.substring(0, hash));
        return "#/components/schemas/" + document + "." + fragment.substring(DEFINITIONS.length());
    }
}
