package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.project.ProjectId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("P1 C2 projects: who gets which frames, in which order")
class ProjectFramesTest {
    private final World world = new World();
    private final Client client = world.admin();
    private final Client watcher = world.client("viewer");
    private final Client stranger = world.client("viewer");

    @AfterEach
    void close() {
        world.close();
    }

    private Client watching(Client one) {
        one.send("{'type':'project_list'}").next("project_list");
        return one;
    }

    @Test
    void tellsTheRequesterAndTheListWatchersOfANewProject() {
        watching(watcher);
        watching(client);
        JsonNode state = client.send("{'type':'project_create','request_id':1,'data':{'path':'/new','name':'N'}}")
                .next("project_state");
        assertEquals("/new", state.at("/data/path").asText());
        assertEquals("N", state.at("/data/name").asText());
        assertEquals("IDLE", state.at("/data/state").asText());
        assertTrue(state.at("/data/session_id").isNull());
        assertEquals(0, state.at("/data/last_seq").asInt());
        assertEquals(1, state.get("request_id").asInt());
        assertEquals(state.at("/data/id"), state.get("project_id"));
        JsonNode update = watcher.next("project_update");
        assertEquals("created", update.at("/data/update_type").asText());
        assertEquals(state.at("/data/id"), update.at("/data/project_id"));
        assertEquals("/new", update.at("/data/path").asText());
        client.nothing();
        watcher.nothing();
        stranger.nothing();
    }

    @Test
    void tellsAWatcherOfWhatOthersCreateWhileItsOwnRequestFails() {
        watching(client);
        world.server.seed("/taken");
        client.send("{'type':'project_create','data':{'path':'/taken'}}").nextError("PROJECT_EXISTS");
        world.admin().send("{'type':'project_create','data':{'path':'/other'}}").next("project_state");
        assertEquals(
                "created", client.next("project_update").at("/data/update_type").asText());
        client.nothing();
    }

    @Test
    void listsProjectsTheOldestFirst() {
        ProjectId first = world.server.seed("/1");
        ProjectId second = world.server.seed("/2");
        watcher.join(second);
        JsonNode list = client.send("{'type':'project_list'}").next("project_list");
        assertEquals(2, list.at("/data/total").asInt());
        assertEquals(first.toString(), list.at("/data/projects/0/id").asText());
        assertEquals(0, list.at("/data/projects/0/metadata/subscriber_count").asInt());
        assertEquals(1, list.at("/data/projects/1/metadata/subscriber_count").asInt());
    }

    @Test
    void joinsAndLeaves() {
        ProjectId project = world.server.seed("/1");
        List<JsonNode> frames =
                client.send("project_join", project, "{}").nexts("project_state", "project_join", "project_joined");
        assertEquals("", frames.get(1).at("/data/session_id").asText());
        assertEquals("IDLE", frames.get(2).at("/data/state").asText());
        assertEquals(0, frames.get(2).at("/data/last_seq").asInt());
        assertEquals(frames.get(0).at("/data/epoch"), frames.get(2).at("/data/epoch"));
        world.server.agent(project, "{'type':'assistant'}".replace('\'', '"'));
        assertEquals(1, client.next("agent_message").get("seq").asInt());
        client.send("project_leave", project, "{}");
        JsonNode left = client.nexts("project_leave", "project_left").get(1);
        assertEquals("left", left.at("/data/status").asText());
        world.server.agents(project, 3);
        client.nothing();
        Await.until("the subscription is closed", () -> world.broadcaster.open.get() == 0);
    }

    @Test
    @DisplayName("a join while joined goes on where it was, with every frame once")
    void joinsTwice() {
        ProjectId project = world.server.seed("/1");
        client.join(project);
        world.server.agents(project, 3);
        client.nexts("agent_message", "agent_message", "agent_message");
        client.join(project);
        world.server.agents(project, 1);
        assertEquals(4, client.next("agent_message").get("seq").asInt());
        client.nothing();
    }

    @Test
    void tellsEverySubscriberAndTheRequesterOnceOfADeletion() {
        ProjectId project = world.server.seed("/1");
        client.join(project);
        Client second = world.client("viewer").join(project);
        watching(watcher);
        watching(second);
        watching(client);
        JsonNode reply = client.send(
                        "{'type':'project_delete','request_id':'d','data':{'project_id':'" + project + "'}}")
                .next("project_deleted");
        assertEquals("d", reply.get("request_id").asText());
        assertEquals("deleted", reply.at("/data/status").asText());
        assertEquals("project_deleted", reply.at("/data/reason").asText());
        assertFalse(second.next("project_deleted").has("request_id"));
        assertEquals(
                "deleted",
                watcher.next("project_update").at("/data/update_type").asText());
        client.nothing();
        second.nothing();
        watcher.nothing();
        stranger.nothing();
        assertEquals(0, world.broadcaster.open.get());
        client.send("project_join", project, "{}").nextError("PROJECT_NOT_FOUND");
    }

    @Test
    void tellsARequesterWhoHasNotJoinedOfItsDeletion() {
        ProjectId project = world.server.seed("/1");
        watching(client);
        client.send("project_delete", project, "{}").next("project_deleted");
        client.nothing();
        client.send("project_delete", project, "{}").nextError("PROJECT_NOT_FOUND");
    }

    @Test
    void keepsAProjectThatIsExecuting() {
        ProjectId project = world.server.seed("/1");
        client.join(project);
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        client.send("project_delete", project, "{}").nextError("PROCESS_ACTIVE");
        world.server.agents(project, 1);
        client.next("agent_message");
        client.nothing();
    }

    @Test
    void tellsSubscribersAndWatchersOfANewName() {
        ProjectId project = world.server.seed("/1");
        Client subscriber = world.client("viewer").join(project);
        watching(watcher);
        watching(subscriber);
        watching(client);
        client.send("project_configure", project, "{'name':'better','timeout_ms':1500}");
        JsonNode reply = client.next("project_configure");
        assertEquals("better", reply.at("/data/name").asText());
        assertEquals(1500, reply.at("/data/timeout_ms").asLong());
        assertEquals(
                "better", subscriber.next("project_update").at("/data/name").asText());
        assertEquals(
                "configured",
                watcher.next("project_update").at("/data/update_type").asText());
        client.nothing();
        subscriber.nothing();
        watcher.nothing();
        stranger.nothing();
    }

    @Test
    void tellsWatchersOnceOfEachStateAndSubscribersByTheRecordOnly() {
        ProjectId project = world.server.seed("/1");
        Client subscriber = world.client("viewer").join(project);
        watching(subscriber);
        watching(watcher);
        watching(client);
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        world.server.finish(project);
        assertEquals("IDLE", client.next("project_state").at("/data/state").asText());
        subscriber.nexts("project_state", "prompt", "project_state");
        assertEquals(
                "EXECUTING", watcher.next("project_update").at("/data/state").asText());
        JsonNode idle = watcher.next("project_update");
        assertEquals("IDLE", idle.at("/data/state").asText());
        assertEquals("state", idle.at("/data/update_type").asText());
        client.nothing();
        subscriber.nothing();
        watcher.nothing();
        stranger.nothing();
    }
}
