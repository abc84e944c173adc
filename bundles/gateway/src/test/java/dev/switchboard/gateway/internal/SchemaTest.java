package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.gateway.FrameContext;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.security.Role;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
    private final World world = new World();
    private final ProjectId project = world.server.seed("/a");
    private final Client client = world.admin();

    @AfterEach
    void close() {
        world.close();
    }

    /** A handler of an extension's, which counts what reaches it. */
    private static final class Dance implements FrameHandler {
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger handled = new AtomicInteger();
        private final Supplier<FrameRule> rule;

        Dance(Supplier<FrameRule> rule) {
            this.rule = rule;
        }

        Dance(String schema) {
            this(() -> FrameRule.server(Role.VIEWER).withSchema(schema.replace('\'', '"')));
        }

        @Override
        public FrameRule rule() {
            asked.incrementAndGet();
            return rule.get();
        }

        @Override
        public void handle(FrameContext frame) {
            handled.incrementAndGet();
            ObjectNode data = Json.object();
            data.set("got", frame.data());
            frame.reply("danced", data);
        }
    }

    private Dance bind(Dance dance) {
        world.gateway.bindHandler(dance, Map.of(FrameHandler.TYPE, "dance"));
        return dance;
    }

    private JsonNode refused(String type, String data) {
        JsonNode error = client.send(
                        "{'type':'" + type + "','request_id':'r','project_id':'" + project + "','data':" + data + "}")
                .nextError("VALIDATION_FAILED");
        assertEquals("r", error.get("request_id").asText());
        assertEquals(type, error.at("/data/details/message_type").asText());
        assertEquals(error.at("/data/message"), error.at("/data/error"));
        return error.get("data");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "hello|{'capabilities':7}|capabilities is of the wrong type; expected a list of at most 64 texts of at most 64 characters",
                "project_create|{}|path is missing; expected the absolute path of a directory, a text of 1 to 4096 characters",
                "project_configure|{'name':7}|name is of the wrong type; expected a text of at most 128 characters",
                "project_configure|{'timeout_ms':-2}|timeout_ms is out of range; expected a whole number of milliseconds from 0 to 604800000 (7 days), or -1",
                "project_configure|{'timeout_ms':604800001}|timeout_ms is out of range; expected a whole number of milliseconds from 0 to 604800000 (7 days), or -1",
                "project_join|{'detail':'x'}|detail is not right; expected all, or state for everything but agent_message",
                "agent_new_session|{'fork':7}|fork is of the wrong type; expected true or false (true needs session_id, the session to be forked)",
                "agent_new_session|{'fork':true}|session_id is missing; fork needs the session to be forked",
                "permission_response|{'decision':'allow'}|permission_id is missing; expected the id of an open question, a text of 1 to 128 characters",
                "queue_cancel|{}|execution_id is missing; expected the id of a run that waits, a text of 1 to 128 characters",
                "get_messages|{'limit':1.0}|limit is of the wrong type; expected how many records at most: a whole number from 0 to 9223372036854775807 (0 means 100, more than 1000 means 1000)",
                "get_messages|{'since':'yesterday'}|since is not an ISO 8601 date-time with an offset, like 2026-01-31T10:15:30Z",
                "execute|{'prompt':'x','options':{'max_turns':1e3}}|options.max_turns is of the wrong type; expected a whole number from 0 to 1000000",
                "execute|{'prompt':'x','options':{'max_budget_usd':1e999999999}}|options.max_budget_usd is out of range; expected a number of dollars from 0.0001 to 1000000",
                "execute|{'prompt':'x','options':{'mcp_config':'['}}|options.mcp_config is not JSON; expected an object, or a text that holds one",
            })
    @DisplayName("D3 each type's data is held against its schema; the error names the field and what would be right")
    void checksRequests(String type, String data, String message) {
        JsonNode error = refused(type, data);
        assertEquals(message, error.get("message").asText());
        assertEquals(
                message.substring(0, message.indexOf(' ')),
                error.at("/details/field").asText());
    }

    @Test
    @DisplayName("D3 every type that the server handles has a schema")
    void hasSchemasForAllTypes() {
        for (String type : MessageSchemas.open().requestTypes()) {
            assertTrue(world.ruleOf(type).orElseThrow().schema().isPresent(), type);
        }
    }

    @Test
    @DisplayName("D3 an unknown option is named, with those that there are; other unknown fields are ignored")
    void namesUnknownOptions() {
        JsonNode error = refused("execute", "{'prompt':'x','options':{'colour':1}}");
        assertEquals("options.colour", error.at("/details/field").asText());
        assertTrue(error.get("message").asText().contains("is not known; expected one of add_dirs, allowed_tools, "));
        client.send("get_messages", project, "{'colour':1}").next("get_messages");
    }

    @Test
    @DisplayName("D3 null is absent, the empty project none, a limit of 0 the usual and a huge one the largest")
    void keepsToWhatClientsSend() {
        client.join(project);
        client.send(
                "{'type':'get_messages','project_id':'','data':{'project_id':'','since':null,'limit':0,'cursor':''}}");
        assertEquals(100, client.next("get_messages").at("/data/metadata/limit").asInt());
        client.send("get_messages", project, "{'limit':123456789012}");
        assertEquals(
                1000, client.next("get_messages").at("/data/metadata/limit").asInt());
    }

    @Test
    @DisplayName("D3 the order of checks: rate, envelope, role, project, schema")
    void checksInOrder() {
        String wrong = "{'type':'execute','project_id':'" + ProjectId.random() + "','data':{'prompt':7}}";
        world.client("viewer").send(wrong).nextError("PERMISSION_DENIED");
        client.send(wrong).nextError("PROJECT_NOT_FOUND");
        client.send(wrong.replace("{'prompt':7}", "7")).nextError("INVALID_MESSAGE");
        world.client(Optional.empty())
                .send("{'type':'hello','data':{'capabilities':7}}")
                .nextError("UNAUTHORIZED");
        world.set(ServerSettings.LIMITS_REQUESTS_PER_SECOND, 1);
        world.freeze();
        Client other = world.admin();
        other.send("{'type':'hello','data':{'capabilities':7}}").nextError("VALIDATION_FAILED");
        other.send("{'type':'hello','data':{'capabilities':7}}").nextError("RESOURCE_LIMIT");
    }

    @Test
    @DisplayName("S4 the schema of an extension's handler is checked before it is called, and asked for once")
    void checksExtensions() {
        Dance dance = bind(new Dance("{'type':'object','required':['steps'],'properties':{'steps':{'type':'integer',"
                + "'minimum':1,'description':'a number of steps'},'music':{'type':'object','additionalProperties':false,"
                + "'properties':{'tempo':{'type':'integer'}}}}}"));
        assertEquals(
                "steps is missing; expected a number of steps",
                refused("dance", "{}").get("message").asText());
        assertEquals(
                "music.key",
                refused("dance", "{'steps':1,'music':{'key':'c'}}")
                        .at("/details/field")
                        .asText());
        assertEquals(0, dance.handled.get());
        JsonNode reply = client.send("{'type':'dance','data':{'steps':3,'music':null,'style':'waltz'}}")
                .next("danced");
        assertEquals(
                "{\"steps\":3,\"music\":null,\"style\":\"waltz\"}",
                reply.at("/data/got").toString());
        world.gateway.bindHandler(dance, Map.of(FrameHandler.TYPE, "dance", "service.ranking", 3));
        client.send("{'type':'dance','data':{'steps':4}}").next("danced");
        assertEquals(1, dance.asked.get());
        world.gateway.unbindHandler(dance);
        client.send("{'type':'dance','data':{'steps':3}}").nextError("VALIDATION_FAILED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{'type':'strnig'}", "{'$ref':'#/$defs/nowhere'}", "{'$ref':'http://localhost:1/'}"})
    @DisplayName("S4 a bad schema of an extension costs its own types only")
    void survivesBadSchemas(String schema) {
        Dance dance = bind(new Dance(schema));
        assertRefused(dance);
    }

    @Test
    @DisplayName("S4 a handler that cannot even say what it asks for costs its own types only")
    void survivesBadRules() {
        assertRefused(bind(new Dance(() -> {
            throw new IllegalStateException("the secret");
        })));
        Dance better = new Dance("{}");
        world.gateway.bindHandler(better, Map.of(FrameHandler.TYPE, "dance", "service.ranking", 3));
        client.send("{'type':'dance'}").next("danced");
    }

    @Test
    @DisplayName(
            "S4 an extension that lacks a class is answered for, whether it shows when it comes or when it is called")
    void survivesMissingClasses() {
        assertRefused(bind(new Dance(() -> {
            throw new NoClassDefFoundError("the secret");
        })));
        FrameHandler lacking = new FrameHandler() {
            @Override
            public FrameRule rule() {
                return FrameRule.server(Role.VIEWER);
            }

            @Override
            public void handle(FrameContext frame) {
                throw new NoClassDefFoundError("the secret");
            }
        };
        world.gateway.bindHandler(lacking, Map.of(FrameHandler.TYPE, "lacking"));
        JsonNode error = client.send("{'type':'lacking','request_id':1}").nextError("INTERNAL_ERROR");
        assertFalse(error.toString().contains("secret"));
        client.send("{'type':'hello'}").next("hello");
    }

    private void assertRefused(Dance dance) {
        JsonNode error = client.send("{'type':'dance','data':{'steps':3}}").nextError("INTERNAL_ERROR");
        String incident = error.at("/data/details/incident").asText();
        assertFalse(incident.isEmpty());
        String message = error.at("/data/message").asText();
        assertTrue(message.startsWith("requests of type dance cannot be handled: "), message);
        assertTrue(message.endsWith(incident), message);
        assertEquals(0, dance.handled.get());
        client.send("{'type':'hello'}").next("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999999999999", "-1E-99999999999999999999"})
    @DisplayName("D3 a number that no computer has room for is answered")
    void answersImpossibleNumbers(String number) {
        client.send("{'type':'ping','data':{'n':" + number + "}}").nextError("INVALID_MESSAGE");
        client.nothing();
    }

    @Test
    @DisplayName("D3 a message in UTF-16, or with a byte order mark, is no JSON")
    void takesUtf8Only() {
        client.send("\ufeff{'type':'hello'}").nextError("INVALID_MESSAGE");
        client.send("{\0'\0t\0y\0p\0e\0'\0:\0'\0h\0e\0l\0l\0o\0'\0}\0").nextError("INVALID_MESSAGE");
        client.nothing();
    }
}
