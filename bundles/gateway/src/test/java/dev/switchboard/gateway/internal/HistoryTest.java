package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.project.ProjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("M3 get_messages")
class HistoryTest {
    private final World world = new World();
    private final ProjectId project = world.server.seed("/p");
    private final Client client = world.admin();

    @AfterEach
    void close() {
        world.close();
    }

    private JsonNode get(String data) {
        return client.send("get_messages", project, data).next("get_messages").get("data");
    }

    @Test
    void showsEachKindOfRecord() {
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        world.server.agent(project, "{\"type\":\"assistant\",\"big\":1.50e3}");
        client.next("agent_message");
        JsonNode data = get("{}");
        assertEquals(project.toString(), data.get("project_id").asText());
        JsonNode messages = data.get("messages");
        assertEquals(3, messages.size());
        assertEquals("server", messages.at("/0/direction").asText());
        assertEquals("project_state", messages.at("/0/message/type").asText());
        assertEquals("EXECUTING", messages.at("/0/message/content/state").asText());
        assertEquals("client", messages.at("/1/direction").asText());
        assertEquals("user", messages.at("/1/message/type").asText());
        assertEquals("hi", messages.at("/1/message/content/text").asText());
        assertEquals("claude", messages.at("/2/direction").asText());
        assertEquals("assistant", messages.at("/2/message/type").asText());
        assertEquals("1.50E+3", messages.at("/2/message/content/big").asText());
        JsonNode metadata = data.get("metadata");
        assertEquals(3, metadata.get("total").asInt());
        assertEquals(100, metadata.get("limit").asInt());
        assertEquals(0, metadata.get("offset").asInt());
        assertEquals(3, metadata.get("last_seq").asInt());
        assertFalse(metadata.get("has_more").asBoolean());
        assertTrue(metadata.has("epoch"));
    }

    @Test
    void givesAnEmptyListAndPagesWithCursors() {
        assertTrue(get("{}").get("messages").isArray());
        world.server.agents(project, 5);
        JsonNode first = get("{'limit':2}");
        assertEquals(2, first.get("messages").size());
        assertTrue(first.at("/metadata/has_more").asBoolean());
        assertEquals(5, first.at("/metadata/total").asInt());
        JsonNode second =
                get("{'limit':2,'cursor':'" + first.at("/metadata/next_cursor").asText() + "'}");
        assertEquals(3, second.at("/messages/0/seq").asInt());
    }

    @Test
    void passesFiltersOn() {
        world.server.agents(project, 5);
        assertEquals(4, get("{'after_seq':3}").at("/messages/0/seq").asInt());
        assertEquals(2, get("{'before_seq':3}").get("messages").size());
        assertEquals(5, get("{'order':'desc'}").at("/messages/0/seq").asInt());
        assertEquals(3, get("{'offset':2}").at("/messages/0/seq").asInt());
        assertEquals(0, get("{'direction':'client'}").get("messages").size());
        assertEquals(
                5,
                get("{'direction':'all','types':['assistant']}").get("messages").size());
        assertEquals(0, get("{'types':['system']}").get("messages").size());
        assertEquals(1000, get("{'limit':5000}").at("/metadata/limit").asInt());
        assertEquals(100, get("{'limit':0}").at("/metadata/limit").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'limit':-1",
                "'offset':-1",
                "'after_seq':-1",
                "'before_seq':-5",
                "'since':'yesterday'",
                "'direction':'up'",
                "'order':1",
                "'types':'assistant'",
                "'limit':1.5"
            })
    void refusesWhatMakesNoSense(String field) {
        JsonNode error = client.send("get_messages", project, "{" + field + "}").nextError("VALIDATION_FAILED");
        assertTrue(field.startsWith("'" + error.at("/data/details/field").asText()));
    }

    @Test
    void sendsALargePageInFragments() {
        world.set(ServerSettings.LIMITS_QUEUE_BYTES, 1L << 16);
        for (int i = 0; i < 20; i++) {
            world.server.agent(project, "{\"type\":\"assistant\",\"x\":\"" + "x".repeat(20_000) + "\"}");
        }
        assertEquals(20, get("{}").get("messages").size());
        assertTrue(client.connection.fragmentCount.get() > 5);
    }
}
