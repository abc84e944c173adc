package dev.switchboard.protocol.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSchemasTest {
    private final MessageSchemas open = MessageSchemas.open();
    private final MessageSchemas strict = MessageSchemas.strict();

    private static JsonNode json(String text) {
        try {
            return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private Optional<SchemaViolation> request(String type, String data) {
        return open.ofRequest(type).orElseThrow().checkRequest(json(data));
    }

    @ParameterizedTest
    @ValueSource(strings = {"types.json", "fields.json", "requests.json", "frames.json"})
    @DisplayName("D3 the schemas are schemas themselves")
    void areSchemas(String name) throws IOException {
        try (InputStream in = MessageSchemas.class.getResourceAsStream(name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            JsonSchema compiled = open.compile(text);
            assertEquals(Optional.empty(), compiled.check(Json.object()));
            assertEquals(
                    MessageSchemas.BASE + name,
                    Json.read(text.getBytes(StandardCharsets.UTF_8)).path("$id").asText());
        }
    }

    @Test
    @DisplayName("D3 every type of message has a schema that can be used")
    void compileAll() {
        for (MessageSchemas schemas : List.of(open, strict)) {
            assertEquals(20, schemas.requestTypes().size());
            assertEquals(34, schemas.frameTypes().size());
            schemas.requestTypes()
                    .forEach(type -> schemas.ofRequest(type).orElseThrow().check(Json.object()));
            schemas.frameTypes()
                    .forEach(type -> schemas.ofFrame(type).orElseThrow().check(Json.object()));
        }
        assertEquals(Optional.empty(), open.ofRequest("envelope"));
        assertThrows(IllegalArgumentException.class, () -> MessageSchemas.request("dance"));
    }

    @Test
    @DisplayName("D3 the codes of errors are those of the API")
    void knowsEveryCode() {
        for (ErrorCode code : ErrorCode.values()) {
            JsonNode data = json("{'code':'" + code + "','message':'x','error':'x'}");
            assertEquals(Optional.empty(), strict.ofFrame("error").orElseThrow().check(data), code.name());
        }
        assertTrue(strict.ofFrame("error")
                .orElseThrow()
                .check(json("{'code':'OOPS','message':'x','error':'x'}"))
                .isPresent());
    }

    @Test
    @DisplayName("D3 X7 what a tool is given in place of what the agent wanted may have any fields")
    void takesAnyInput() {
        JsonNode data =
                json("{'permission_id':'p','decision':'allow','by':'ann','updated_input':{'path':'a','n':{'m':1}}}");
        assertEquals(
                Optional.empty(),
                strict.ofFrame("permission_resolved").orElseThrow().check(data));
    }

    @Test
    @DisplayName("D3 every field of a request says what would be right")
    void describesEveryField() {
        for (String type : open.requestTypes()) {
            JsonNode wrong = json("{'x':1}").get("x");
            for (String field : fieldsOf(type)) {
                JsonNode data = Json.object().set(field, Json.object().set("a", Json.object()));
                boolean object = field.equals("options") || field.equals("updated_input");
                JsonNode value = object ? Json.object().set(field, wrong) : data;
                SchemaViolation violation =
                        open.ofRequest(type).orElseThrow().checkRequest(value).orElseThrow();
                assertEquals(field, violation.field());
                assertTrue(violation.problem().contains("; expected "), violation.message());
            }
        }
    }

    private static List<String> fieldsOf(String type) {
        try (InputStream in = MessageSchemas.class.getResourceAsStream("requests.json")) {
            JsonNode fields = Json.read(in.readAllBytes()).at("/$defs/" + type + "/properties");
            return new TreeSet<>(
                            fields.properties().stream().map(Map.Entry::getKey).toList())
                    .stream().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("D3 null counts as absent in requests, also where a field is needed")
    void takesNullForAbsent() {
        assertEquals(
                Optional.empty(),
                request("get_messages", "{'since':null,'limit':null,'types':null,'project_id':null}"));
        assertEquals(
                Optional.empty(),
                request("execute", "{'prompt':'x','options':{'model':null,'max_turns':null},'queue':null}"));
        assertEquals(
                "prompt", request("execute", "{'prompt':null}").orElseThrow().field());
        assertEquals(
                "options.no_such_option",
                request("execute", "{'prompt':'x','options':{'model':null,'no_such_option':null}}")
                        .orElseThrow()
                        .field());
        assertTrue(request("execute", "{'prompt':null}")
                .orElseThrow()
                .message()
                .startsWith("prompt is missing; expected a text that is not blank"));
    }

    @Test
    @DisplayName("D3 checking does not change what is checked")
    void leavesTheRequestAlone() {
        JsonNode data = json("{'prompt':'x','options':{'model':null}}");
        JsonNode before = data.deepCopy();
        assertEquals(Optional.empty(), open.ofRequest("execute").orElseThrow().checkRequest(data));
        assertEquals(before, data);
    }

    @Test
    @DisplayName("D3 unknown fields of requests are ignored, unknown options are named with those that there are")
    void ignoresUnknownFields() {
        assertEquals(Optional.empty(), request("project_join", "{'colour':'red'}"));
        assertEquals(
                "colour",
                strict.ofRequest("project_join")
                        .orElseThrow()
                        .check(json("{'colour':'red'}"))
                        .orElseThrow()
                        .field());
        SchemaViolation violation =
                request("execute", "{'prompt':'x','options':{'colour':1}}").orElseThrow();
        assertEquals("options.colour", violation.field());
        assertTrue(violation
                .message()
                .startsWith(
                        "options.colour is not known; expected one of add_dirs, allowed_tools, append_system_prompt"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "project_left|{'project_id':'6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001','status':'left','x':1}|x",
                "project_state|{'x':1}|id",
                "agent_message|{}|type",
                "server_stats|{'connections':-1}|connections",
                "gap|{'from':0,'to':0,'reason':''}|from",
            })
    @DisplayName("D3 strict schemas of frames refuse what is not written down")
    void refusesInFrames(String type, String data, String field) {
        assertEquals(
                field,
                strict.ofFrame(type)
                        .orElseThrow()
                        .check(json(data))
                        .orElseThrow()
                        .field());
    }

    @Test
    @DisplayName("D3 the agent's own JSON stays open in strict schemas too")
    void leavesTheAgentsJsonOpen() {
        JsonSchema line = strict.ofFrame("agent_message").orElseThrow();
        assertEquals(Optional.empty(), line.check(json("{'type':'assistant','message':{'x':[null]},'y':1}")));
    }

    @Test
    @DisplayName("D3 strict schemas see through what projects in lists have in common with project_state")
    void closesWhatRefersToOthers() {
        String id = "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001";
        String at = "2026-01-31T10:15:30.123456Z";
        String project =
                "'id':'" + id + "','path':'/x','state':'IDLE','session_id':null,'executor':'claude','created_at':'" + at
                        + "','last_active':'" + at + "','last_seq':0,'epoch':'" + id + "'";
        JsonSchema state = strict.ofFrame("project_state").orElseThrow();
        JsonSchema list = strict.ofFrame("project_list").orElseThrow();
        String metadata = ",'metadata':{'subscriber_count':1}";
        assertEquals(Optional.empty(), state.check(json("{" + project + "}")));
        assertFalse(state.check(json("{" + project + metadata + "}")).isEmpty());
        assertEquals(Optional.empty(), list.check(json("{'total':1,'projects':[{" + project + metadata + "}]}")));
        assertFalse(
                list.check(json("{'total':1,'projects':[{" + project + "}]}")).isEmpty());
        assertFalse(list.check(json("{'total':1,'projects':[{" + project + metadata + ",'x':1}]}"))
                .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "7",
                "{'type':7}",
                "{'type':'strnig'}",
                "{'properties':[]}",
                "{'$ref':'#/$defs/nowhere'}",
                "{'$ref':'https://switchboard.dev/schema/types.json#/$defs/nowhere'}",
                "{'$ref':'https://switchboard.dev/schema/nowhere.json'}",
                "{'$ref':'file:///etc/passwd'}",
                "{'$ref':'http://localhost:1/x'}",
                "{'properties':{'a':{'pattern':'('}}}"
            })
    @DisplayName("S4 a schema that is none is refused, and nothing is loaded from elsewhere")
    void refusesBadSchemas(String text) {
        String schema = text.replace('\'', '"');
        InvalidSchemaException e = assertThrows(InvalidSchemaException.class, () -> open.compile(schema));
        assertFalse(e.getMessage().isBlank());
    }

    @Test
    @DisplayName("S4 the schema of an extension may refer to ours; without descriptions it still says what is wrong")
    void compilesOthers() {
        JsonSchema dance =
                open.compile(("{'type':'object','required':['steps'],'additionalProperties':false,'properties':{"
                                + "'steps':{'type':'integer','minimum':1,'description':'a number of steps'},'style':{'enum':['waltz']},"
                                + "'partner':{'$ref':'https://switchboard.dev/schema/types.json#/$defs/uuid'},"
                                + "'shoes':{'type':'object','properties':{'size':{'type':'integer'}}}}}")
                        .replace('\'', '"'));
        assertEquals(Optional.empty(), dance.checkRequest(json("{'steps':3,'style':null}")));
        assertEquals(
                "steps is missing; expected a number of steps",
                dance.checkRequest(json("{}")).orElseThrow().message());
        assertEquals(
                "steps is out of range; expected a number of steps",
                dance.checkRequest(json("{'steps':0}")).orElseThrow().message());
        assertEquals(
                "partner is not right; expected a UUID, like 6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001",
                dance.checkRequest(json("{'partner':'x','steps':1}"))
                        .orElseThrow()
                        .message());
        assertEquals(
                "style is not right",
                dance.checkRequest(json("{'style':'x','steps':1}"))
                        .orElseThrow()
                        .message());
        assertEquals(
                "shoes.size is of the wrong type",
                dance.checkRequest(json("{'shoes':{'size':1.0},'steps':1}"))
                        .orElseThrow()
                        .message());
        assertEquals(
                "tempo is not known; expected one of partner, shoes, steps, style",
                dance.checkRequest(json("{'tempo':1,'steps':1}")).orElseThrow().message());
    }

    @Test
    @DisplayName("D3 checking a request takes microseconds")
    void isQuick() {
        JsonSchema execute = open.ofRequest("execute").orElseThrow();
        JsonNode data = json("{'prompt':'hello','options':{'model':'opus','max_turns':3,'allowed_tools':['Read']}}");
        long[] nanos = new long[50];
        for (int round = 0; round < nanos.length; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                execute.checkRequest(data);
            }
            nanos[round] = (System.nanoTime() - start) / 200;
        }
        long best = Arrays.stream(nanos).min().getAsLong();
        assertTrue(best < 500_000, "at best " + best + " ns");
    }
}
