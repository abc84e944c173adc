package dev.switchboard.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import dev.switchboard.protocol.schema.SchemaDocuments.Place;
import java.util.Set;
import java.util.TreeSet;

/** Puts what a validator found into words: the schema's descriptions say what would be right. */
final class Explanation {
    private static final Set<String> OF_LISTS = Set.of("items", "prefixItems", "contains");

    private final Error error;
    private final SchemaDocuments documents;
    /** Where in the schema the violated keyword is. */
    private Place place;
    /** What the schema says of the innermost field that has a name. */
    private String description = "";

    private Explanation(Error error, JsonNode schema, SchemaDocuments documents) {
        this.error = error;
        this.documents = documents;
        this.place = new Place(schema, schema);
        this.description = text(place);
    }

    static SchemaViolation of(Error error, JsonNode schema, SchemaDocuments documents) {
        return new Explanation(error, schema, documents).violation();
    }

    private SchemaViolation violation() {
        boolean whole = walk(error.getEvaluationPath());
        String field = field(error.getInstanceLocation());
        String property = error.getProperty();
        if (whole && property != null) {
            String name = field.isEmpty() ? property : field + "." + property;
            return switch (error.getKeyword()) {
                case "required" ->
                    new SchemaViolation(
                            name, "is missing" + expected(text(new Place(place.document(), property(property)))));
                case "additionalProperties", "unevaluatedProperties" ->
                    new SchemaViolation(
                            name, "is not known; expected one of " + String.join(", ", names(place, new TreeSet<>())));
                default -> new SchemaViolation(name, problem() + expected(description));
            };
        }
        return new SchemaViolation(field, problem() + expected(description));
    }

    /** Follows the way that the validator took; whether it led to the end and not into a list. */
    private boolean walk(NodePath path) {
        for (int i = 0; i < path.getNameCount() - 1; i++) {
            String step = String.valueOf(path.getElement(i));
            if (OF_LISTS.contains(step)) {
                return false;
            }
            if (step.equals("$ref")) {
                place = documents.follow(place, place.node().path("$ref").asText());
                if (description.isEmpty()) {
                    description = text(place);
                }
                continue;
            }
            JsonNode next = place.node().isArray()
                    ? place.node().path(Integer.parseInt(step))
                    : place.node().path(step);
            place = new Place(place.document(), next);
            boolean named = i > 0 && String.valueOf(path.getElement(i - 1)).equals("properties");
            if (named) {
                description = text(place);
            }
        }
        return true;
    }

    private JsonNode property(String name) {
        return place.node().path("properties").path(name);
    }

    /** The description of a place, or of what it refers to. */
    private String text(Place at) {
        Place now = at;
        // A schema that refers to itself would not have been compiled; the bound is for the reader's peace of mind.
        for (int i = 0; i < 16; i++) {
            if (now.node().has("description")) {
                return now.node().get("description").asText();
            }
            if (!now.node().has("$ref")) {
                return "";
            }
            now = documents.follow(now, now.node().get("$ref").asText());
        }
        return "";
    }

    private Set<String> names(Place at, Set<String> found) {
        at.node().path("properties").fieldNames().forEachRemaining(found::add);
        if (at.node().has("$ref")) {
            names(documents.follow(at, at.node().get("$ref").asText()), found);
        }
        return found;
    }

    private static String field(NodePath location) {
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < location.getNameCount(); i++) {
            if (location.getElement(i) instanceof Integer) {
                break;
            }
            field.append(i == 0 ? "" : ".").append(location.getName(i));
        }
        return field.toString();
    }

    private String problem() {
        return switch (error.getKeyword()) {
            case "type" -> "is of the wrong type";
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf" -> "is out of range";
            case "minLength", "minItems" -> "is too short";
            case "maxLength", "maxItems" -> "is too long";
            default -> "is not right";
        };
    }

    private String expected(String what) {
        return what.isEmpty() ? "" : "; expected " + what;
    }
}
