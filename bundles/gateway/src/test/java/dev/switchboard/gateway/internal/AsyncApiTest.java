package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.switchboard.gateway.FrameContext;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.security.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The description that the server gives of itself. {@code -Dgolden.update=true} writes the copy in the documentation anew. */
class AsyncApiTest {
    private static final Path COPY = Path.of("..", "..", "docs", "asyncapi.json");
    private static final Path GOLDEN = Path.of("..", "protocol", "src/test/resources/golden");
    private static final SchemaRegistry DRAFT_07 =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7, builder -> {});

    private final World world = new World();
    private final AsyncApiResource resource = new AsyncApiResource(world.gateway);

    @AfterEach
    void close() {
        world.close();
    }

    /** A handler of an extension's. */
    private record Dance(FrameRule rule) implements FrameHandler {
        @Override
        public void handle(FrameContext frame) {
            throw new UnsupportedOperationException("not called");
        }
    }

    private void bind(String type, int ranking, FrameRule rule) {
        world.gateway.bindHandler(new Dance(rule), Map.of(FrameHandler.TYPE, type, "service.ranking", ranking));
    }

    private static HttpReply get(HttpResource resource, String path) {
        return resource.handle(new HttpQuery("GET", path, Map.of(), Map.of(), "127.0.0.1", Optional.empty()));
    }

    private JsonNode document() throws IOException {
        HttpReply reply = get(resource, resource.path());
        assertEquals(200, reply.status());
        return Json.read(reply.body().toBytes());
    }

    private static List<Error> check(JsonNode document) throws IOException {
        try (InputStream in = AsyncApiTest.class.getResourceAsStream("/asyncapi/3.0.0.json")) {
            return DRAFT_07.getSchema(Json.read(in.readAllBytes())).validate(document);
        }
    }

    /** Where references lead that lead nowhere. */
    private static List<String> dangling(JsonNode document) {
        return document.findValuesAsText("$ref").stream()
                .filter(reference -> !reference.startsWith("#")
                        || document.at(reference.substring(1)).isMissingNode())
                .toList();
    }

    @Test
    @DisplayName("D3 the document is AsyncAPI 3, whole in itself, and has every type in its direction")
    void describesEverything() throws IOException {
        JsonNode document = document();
        assertEquals(List.of(), check(document));
        assertEquals(List.of(), dangling(document));
        Set<String> expected = new TreeSet<>();
        MessageSchemas.open().requestTypes().forEach(type -> expected.add("request." + type));
        MessageSchemas.open().frameTypes().forEach(type -> expected.add("frame." + type));
        Set<String> messages = new TreeSet<>();
        document.at("/components/messages").fieldNames().forEachRemaining(messages::add);
        assertEquals(expected, messages);
        assertEquals(
                "operator project",
                document.at("/operations/execute/x-role").asText() + " "
                        + document.at("/operations/execute/x-about").asText());
        assertEquals("none", document.at("/operations/auth/x-role").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/info/title",
                "/asyncapi",
                "/operations/execute/action",
                "/channels/socket/messages/frame.error/$ref"
            })
    @DisplayName("D3 what is no AsyncAPI document is found")
    void findsErrors(String place) throws IOException {
        JsonNode document = document();
        int name = place.lastIndexOf('/');
        ((ObjectNode) document.at(place.substring(0, name))).put(place.substring(name + 1), 7);
        assertFalse(check(document).isEmpty());
    }

    @Test
    @DisplayName("D3 the copy in the documentation is what a server without extensions says")
    void equalsCopy() throws IOException {
        String text = document().toPrettyString() + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(COPY, text);
        }
        assertEquals(text, Files.readString(COPY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"request", "frame"})
    @DisplayName(
            "D3 every golden message fits the description of its type, and does not when its type or its data is damaged")
    void describesRealMessages(String direction) throws IOException {
        JsonNode document = document();
        List<String> seen = new ArrayList<>();
        try (Stream<Path> files = Files.list(GOLDEN.resolve(direction))) {
            for (Path file : files.toList()) {
                ObjectNode message = (ObjectNode) Json.read(Files.readAllBytes(file));
                String type = message.get("type").asText();
                Schema schema = payload(document, direction + "." + type);
                assertEquals(List.of(), schema.validate(message), file.toString());
                seen.add(type);
                assertFalse(
                        schema.validate(message.deepCopy().put("type", "other")).isEmpty());
                assertFalse(schema.validate(message.deepCopy().put("data", 7)).isEmpty());
            }
        }
        assertTrue(seen.size() > 20, seen::toString);
        ObjectNode wrong = Json.object().put("type", "execute");
        wrong.putObject("data").put("prompt", "x").putObject("options").put("max_turns", -1);
        assertFalse(payload(document, "request.execute").validate(wrong).isEmpty());
    }

    private static Schema payload(JsonNode document, String message) {
        ObjectNode schema = Json.object();
        schema.set("components", document.get("components"));
        schema.putArray("allOf").addObject().put("$ref", "#/components/messages/" + message + "/payload");
        return DRAFT_07.getSchema(schema);
    }

    @Test
    @DisplayName(
            "S4 D3 the types of an extension are described as long as it is there, its schema's references followed")
    void describesExtensions() throws IOException {
        bind(
                "dance floor",
                3,
                FrameRule.project(Role.ADMIN)
                        .withSchema("""
                {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.org/dance.json",
                 "type":"object","required":["steps"],"$defs":{"step":{"type":"integer","minimum":1}},
                 "dependentRequired":{"tempo":["steps"]},
                 "properties":{"$id":{"type":"string"},"steps":{"type":"array","items":{"$ref":"#/$defs/step","description":"a step"}},
                 "who":{"$ref":"https://switchboard.dev/schema/types.json#/$defs/name"}}}""")
                        .withFrame("danced", """
                {"$defs":{"step":{"type":"integer"}},"properties":{"last":{"$ref":"#/$defs/step"}}}""")
                        .withFrame("project_state", "false"));
        JsonNode document = document();
        assertEquals(List.of(), check(document));
        assertEquals(List.of(), dangling(document));
        assertEquals("admin", document.at("/operations/dance_floor/x-role").asText());
        Schema schema = payload(document, "request.dance_floor");
        for (String right : List.of("{\"steps\":[1],\"who\":\"x\"}", "{\"steps\":[],\"$id\":\"x\"}")) {
            assertEquals(List.of(), schema.validate(dance(right)), right);
        }
        for (String wrong : List.of("{}", "{\"steps\":[0]}", "{\"steps\":[],\"who\":7}", "{\"steps\":[],\"$id\":7}")) {
            assertFalse(schema.validate(dance(wrong)).isEmpty(), wrong);
        }
        assertFalse(schema.validate(Json.object().put("type", "dance floor")).isEmpty(), "without data");
        assertEquals(
                List.of("frame.error", "frame.danced", "frame.project_state"),
                document.at("/operations/dance_floor/reply/messages").findValuesAsText("$ref").stream()
                        .map(reference -> reference.substring(reference.lastIndexOf('/') + 1))
                        .toList());
        ObjectNode danced = (ObjectNode) dance("{\"last\":3}");
        danced.put("type", "danced").put("timestamp", "2026-01-31T10:15:30.123456Z");
        Schema frame = payload(document, "frame.danced");
        assertEquals(List.of(), frame.validate(danced));
        danced.putObject("data").put("last", "x");
        assertFalse(frame.validate(danced).isEmpty());
        assertEquals(
                "#/components/schemas/frames.project_state",
                document.at("/components/messages/frame.project_state/payload/properties/data/$ref")
                        .asText(),
                "what the protocol has is as it says");
    }

    private static JsonNode dance(String data) throws IOException {
        return Json.read(("{\"type\":\"dance floor\",\"data\":" + data + "}").getBytes());
    }

    @Test
    @DisplayName(
            "S4 an extension that takes a type over is described in place of ours; one without a schema, or a bad one, too")
    void describesTheHighest() throws IOException {
        bind("hello", 3, FrameRule.server(Role.ADMIN).withSchema("{\"required\":[\"name\"]}"));
        bind("plain", 0, FrameRule.server(Role.VIEWER));
        bind("broken", 0, FrameRule.server(Role.VIEWER).withSchema("{"));
        bind("broken too", 0, FrameRule.server(Role.VIEWER).withFrame("x", "{"));
        JsonNode document = document();
        assertEquals(List.of(), check(document));
        assertEquals("admin", document.at("/operations/hello/x-role").asText());
        assertEquals(
                "name",
                document.at("/components/schemas/request.hello/required/0").asText());
        assertTrue(document.at("/components/messages/request.plain/payload/properties")
                .has("type"));
        assertTrue(document.at("/operations/broken").isMissingNode(), "it is refused whatever is sent");
        assertTrue(document.at("/operations/broken_too").isMissingNode());
    }

    @Test
    @DisplayName("D3 the schemas are served as they are, to those who may connect")
    void servesSchemas() throws IOException {
        SchemaResource schemas = new SchemaResource();
        for (String name : List.of("requests.json", "frames.json", "fields.json", "types.json")) {
            HttpReply reply = get(schemas, "/schema/" + name);
            assertEquals("200 application/json", reply.status() + " " + reply.contentType());
            assertEquals(
                    "https://switchboard.dev/schema/" + name,
                    Json.read(reply.body().toBytes()).get("$id").asText());
        }
        assertEquals(404, get(schemas, "/schema/").status());
        assertEquals(404, get(schemas, "/schema/../types.json").status());
        assertEquals(Optional.of(Role.VIEWER), schemas.access().role());
        assertEquals(Optional.of(Role.VIEWER), resource.access().role());
    }
}
