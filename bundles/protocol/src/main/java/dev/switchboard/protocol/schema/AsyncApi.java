package dev.switchboard.protocol.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.Role;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Describes the protocol as an AsyncAPI 3 document, from the schemas that messages are held against. It refers to nothing
 * outside itself. Its schemas are such as AsyncAPI's own dialect, a superset of JSON Schema draft 07, understands.
 */
public final class AsyncApi {
    private static final String CHANNEL = "#/channels/socket";
    private static final String SCHEMAS = "#/components/schemas/";

    private final ObjectNode document = Json.object();
    private final ObjectNode channelMessages;
    private final ObjectNode operations;
    private final ObjectNode messages;
    private final ObjectNode schemas;
    /** What the server sends. */
    private ArrayNode sent;

    /**
     * A type of request.
     *
     * @param role the least role that may send it; empty if none is needed
     * @param aboutProject whether it is about a project
     * @param schema of its {@code data}, if it has one
     * @param frames schemas of the {@code data} of frames that only it is answered with, by type
     */
    public record RequestType(
            String type,
            Optional<Role> role,
            boolean aboutProject,
            Optional<String> schema,
            Map<String, String> frames) {}

    private AsyncApi(int protocol) {
        document.put("asyncapi", "3.0.0");
        ObjectNode info = document.putObject("info");
        info.put("title", "Switchboard");
        info.put("version", Integer.toString(protocol));
        info.put(
                "description",
                "The wire protocol: requests of clients, and frames of the server. Ignore types and fields that you do not"
                        + " know. A field of a request's data that is null counts as absent.");
        info.putObject("license").put("name", "Apache-2.0");
        document.put("defaultContentType", "application/json");
        addServers(document.putObject("servers"));
        ObjectNode channel = document.putObject("channels").putObject("socket");
        channel.put("address", "/ws");
        channel.put("description", "The WebSocket; each message is one JSON object in a text message.");
        channelMessages = channel.putObject("messages");
        operations = document.putObject("operations");
        ObjectNode components = document.putObject("components");
        messages = components.putObject("messages");
        schemas = components.putObject("schemas");
        addSecurity(components.putObject("securitySchemes"));
    }

    /**
     * The document.
     *
     * @param protocol the version that {@code hello} tells
     * @param requests all types that are handled, those of extensions among them
     */
    public static ObjectNode describe(int protocol, Collection<RequestType> requests) {
        AsyncApi api = new AsyncApi(protocol);
        new TreeMap<>(MessageSchemas.open().documents()).values().forEach(api::addDefinitions);
        api.addFrames();
        requests.forEach(api::addRequest);
        return api.document;
    }

    private static void addServers(ObjectNode servers) {
        for (String protocol : new String[] {"ws", "wss"}) {
            ObjectNode server = servers.putObject(protocol);
            server.put("host", "{host}:{port}").put("protocol", protocol);
            ObjectNode variables = server.putObject("variables");
            variables.putObject("host").put("default", "localhost");
            variables.putObject("port").put("default", "8443");
            ArrayNode security = server.putArray("security");
            security.addObject().put("$ref", "#/components/securitySchemes/header");
            security.addObject().put("$ref", "#/components/securitySchemes/query");
        }
    }

    private static void addSecurity(ObjectNode schemes) {
        schemes.putObject("header").put("type", "http").put("scheme", "bearer");
        schemes.putObject("query")
                .put("type", "httpApiKey")
                .put("name", "token")
                .put("in", "query");
    }

    private void addDefinitions(JsonNode source) {
        String name = EmbeddedSchema.documentName(source.get("$id").asText());
        for (Map.Entry<String, JsonNode> definition : source.get("$defs").properties()) {
            schemas.set(
                    name + "." + definition.getKey(), EmbeddedSchema.of(definition.getValue(), SCHEMAS + name + "."));
        }
    }

    private void addRequest(RequestType request) {
        String name = "request." + key(request.type());
        Optional<String> data = request.schema().map(text -> schemaOf(name, text));
        ObjectNode payload = payload("requests.envelope", request.type(), data);
        if (data.filter(schema -> schemas.get(schema).has("required")).isPresent()) {
            ((ArrayNode) payload.get("required")).add("data");
        }
        addMessage(name, request.type(), payload);
        ObjectNode operation = operations.putObject(key(request.type()));
        operation.put("action", "receive");
        operation.put("x-role", request.role().map(Role::wireName).orElse("none"));
        operation.put("x-about", request.aboutProject() ? "project" : "server");
        operation.putObject("channel").put("$ref", CHANNEL);
        operation.putArray("messages").addObject().put("$ref", CHANNEL + "/messages/" + name);
        if (!request.frames().isEmpty()) {
            addReply(operation.putObject("reply"), request.frames());
        }
    }

    private void addReply(ObjectNode reply, Map<String, String> frames) {
        reply.putObject("channel").put("$ref", CHANNEL);
        ArrayNode all = reply.putArray("messages");
        all.addObject().put("$ref", CHANNEL + "/messages/frame.error");
        new TreeMap<>(frames).forEach((type, schema) -> {
            String name = "frame." + key(type);
            if (!messages.has(name)) { // what the protocol has is as it says
                addFrame(name, type, schemaOf(name, schema));
            }
            all.addObject().put("$ref", CHANNEL + "/messages/" + name);
        });
    }

    /** The name that a schema has among the others; one that only refers to one of ours is that. */
    private String schemaOf(String name, String text) {
        JsonNode schema = EmbeddedSchema.of(read(text), SCHEMAS + name);
        String reference = schema.path("$ref").asText();
        if (reference.startsWith(SCHEMAS) && schemas.has(reference.substring(SCHEMAS.length()))) {
            return reference.substring(SCHEMAS.length());
        }
        schemas.set(name, schema);
        return name;
    }

    private void addFrames() {
        ObjectNode operation = operations.putObject("send-frames");
        operation.put("action", "send");
        operation.putObject("channel").put("$ref", CHANNEL);
        sent = operation.putArray("messages");
        MessageSchemas.open().frameTypes().forEach(type -> addFrame("frame." + type, type, "frames." + type));
    }

    private void addFrame(String name, String type, String schema) {
        addMessage(name, type, payload("frames.envelope", type, Optional.of(schema)));
        sent.addObject().put("$ref", CHANNEL + "/messages/" + name);
    }

    private void addMessage(String name, String type, ObjectNode payload) {
        ObjectNode message = messages.putObject(name);
        message.put("name", type);
        message.putObject("correlationId").put("location", "$message.payload#/request_id");
        message.set("payload", payload);
        channelMessages.putObject(name).put("$ref", "#/components/messages/" + name);
    }

    private static ObjectNode payload(String envelope, String type, Optional<String> data) {
        ObjectNode payload = Json.object();
        payload.putArray("allOf").addObject().put("$ref", SCHEMAS + envelope);
        payload.putArray("required").add("type");
        ObjectNode properties = payload.putObject("properties");
        properties.putObject("type").put("const", type);
        data.ifPresent(name -> properties.putObject("data").put("$ref", SCHEMAS + name));
        return payload;
    }

    /** A name for a type that AsyncAPI takes for a key. */
    private static String key(String type) {
        return type.replaceAll("[^A-Za-z0-9_-]", "_");
    }

    private static JsonNode read(String schema) {
        try {
            return Json.read(schema.getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new InvalidSchemaException("it is not JSON", e);
        }
    }
}
