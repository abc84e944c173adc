package dev.switchboard.protocol.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.resource.ClasspathResourceLoader;
import dev.switchboard.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The schemas of all messages, from the documents beside this class. There are two kinds: {@link #open()} takes fields that
 * it does not know, as servers and clients do, apart from where a schema itself says otherwise; {@link #strict()} takes none,
 * for tests. What a schema declares open, such as the agent's own JSON, is open in both.
 *
 * <p>Nothing is loaded from elsewhere. Safe for use by many threads.
 */
public final class MessageSchemas {
    /** What every {@code $id} of these schemas begins with. */
    public static final String BASE = "https://switchboard.dev/schema/";

    private static final List<String> DOCUMENTS = List.of("types.json", "fields.json", "requests.json", "frames.json");
    private static final String META = "https://json-schema.org/draft/2020-12/schema";
    /** Definitions that are no message's type. */
    private static final Set<String> NO_TYPES = Set.of("envelope", "project_id");

    private final Map<String, JsonSchema> compiled = new ConcurrentHashMap<>();
    private final SchemaDocuments documents;
    private final SchemaRegistry registry;

    private static final class Open {
        static final MessageSchemas INSTANCE = new MessageSchemas(UnaryOperator.identity());
    }

    private static final class Strict {
        static final MessageSchemas INSTANCE = new MessageSchemas(Closing::close);
    }

    private MessageSchemas(UnaryOperator<JsonNode> change) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : DOCUMENTS) {
            JsonNode document = change.apply(load(name));
            byId.put(BASE + name, document);
            texts.put(BASE + name, Json.text(document));
        }
        documents = new SchemaDocuments(byId);
        ClassLoader validator = Schema.class.getClassLoader();
        registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(texts)
                        .schemaCacheEnabled(false)
                        .resourceLoaders(loaders ->
                                loaders.values(all -> all.add(0, new ClasspathResourceLoader(() -> validator)))));
    }

    /** The schemas as they are. */
    public static MessageSchemas open() {
        return Open.INSTANCE;
    }

    /** The schemas, with no room for fields that they do not name. */
    public static MessageSchemas strict() {
        return Strict.INSTANCE;
    }

    /**
     * The text of a schema that stands for the {@code data} of a request of ours.
     *
     * @throws IllegalArgumentException if there is no such type
     */
    public static String request(String type) {
        if (!Open.INSTANCE.requestTypes().contains(type)) {
            throw new IllegalArgumentException("no schema for requests of type " + type);
        }
        return reference("requests.json", type);
    }

    /** The documents with all definitions, by their {@code $id}. Not to be changed. */
    public Map<String, JsonNode> documents() {
        return documents.byId();
    }

    /** The types of requests that have a schema. */
    public Set<String> requestTypes() {
        return types("requests.json");
    }

    /** The types of frames that have a schema. */
    public Set<String> frameTypes() {
        return types("frames.json");
    }

    /** Of a request's {@code data}, if the type is known. */
    public Optional<JsonSchema> ofRequest(String type) {
        return ofType("requests.json", type);
    }

    /** Of a frame's {@code data}, if the type is known. */
    public Optional<JsonSchema> ofFrame(String type) {
        return ofType("frames.json", type);
    }

    /** Of what is around the {@code data} of a request. */
    public JsonSchema ofRequestEnvelope() {
        return ours("requests.json", "envelope");
    }

    /** Of what is around the {@code data} of a frame. */
    public JsonSchema ofFrameEnvelope() {
        return ours("frames.json", "envelope");
    }

    /**
     * Makes a schema ready for use. It may refer to definitions of these documents by their {@code $id}, and to nothing else
     * but itself.
     *
     * @param text a JSON Schema (2020-12)
     * @throws InvalidSchemaException if it is none
     */
    public JsonSchema compile(String text) {
        JsonNode schema;
        try {
            schema = Json.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new InvalidSchemaException("it is not JSON", e);
        }
        boolean reference = schema.size() == 1 && schema.path("$ref").asText().startsWith(BASE);
        if (!reference) {
            checkAgainstMeta(schema);
        }
        return build(schema);
    }

    private void checkAgainstMeta(JsonNode schema) {
        List<Error> errors = registry.getSchema(SchemaLocation.of(META)).validate(schema);
        if (!errors.isEmpty()) {
            Error first = errors.get(0);
            throw new InvalidSchemaException("at \"" + first.getInstanceLocation() + "\": " + first.getMessage());
        }
    }

    private JsonSchema build(JsonNode schema) {
        try {
            Schema ready = registry.getSchema(schema);
            ready.initializeValidators();
            return new JsonSchema(ready, documents);
        } catch (SchemaException e) {
            throw new InvalidSchemaException(String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<JsonSchema> ofType(String document, String type) {
        return types(document).contains(type) ? Optional.of(ours(document, type)) : Optional.empty();
    }

    private JsonSchema ours(String document, String name) {
        return compiled.computeIfAbsent(reference(document, name), this::compile);
    }

    private static String reference(String document, String name) {
        return Json.text(Json.object().put("$ref", BASE + document + "#/$defs/" + name));
    }

    private Set<String> types(String document) {
        Set<String> types = new TreeSet<>();
        documents.byId().get(BASE + document).path("$defs").fieldNames().forEachRemaining(types::add);
        types.removeAll(NO_TYPES);
        return types;
    }

    private static JsonNode load(String name) {
        try (InputStream in = MessageSchemas.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the bundle has no " + name);
            }
            return Json.read(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
