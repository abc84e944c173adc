package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.project.ProjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C2 replies keep their place among the project's frames, and a run that is followed its bounds")
class PlaceTest {
    private final World world = new World();
    private final ProjectId project = world.server.seed("/p");
    private final Client client = world.admin();

    @AfterEach
    void close() {
        world.close();
    }

    /** Has one record on its way to the client and leaves two behind it that nothing can overtake now. */
    private void holdUp() {
        client.connection.stall();
        world.server.agents(project, 1);
        Await.until("a send is under way", client.connection::isStuck);
        world.server.agents(project, 2);
    }

    private void assertBehindTheRecords(String type) {
        client.connection.resume();
        for (int seq = 1; seq <= 3; seq++) {
            assertEquals(seq, client.next("agent_message").get("seq").asInt());
        }
        client.next(type);
        client.nothing();
    }

    @Test
    @DisplayName("a page of history does not overtake the records that it tells of")
    void placesHistory() {
        client.join(project);
        holdUp();
        client.send("get_messages", project, "{}");
        assertBehindTheRecords("get_messages");
    }

    @Test
    @DisplayName("the list of sessions does not overtake the records that it tells of")
    void placesSessions() {
        client.join(project);
        holdUp();
        client.send("session_list", project, "{}");
        assertBehindTheRecords("session_list");
    }

    @Test
    @DisplayName("an error about a project does not overtake what came before it")
    void placesErrors() {
        client.join(project);
        holdUp();
        client.send("execute", project, "{}"); // refused at once, as it has no prompt
        assertBehindTheRecords("error");
    }

    @Test
    @DisplayName("a reply finds its place also where the records before it are left out")
    void placesAmongWhatIsNotShown() {
        client.send("project_join", project, "{'detail':'state'}");
        client.nexts("project_state", "project_join", "project_joined");
        world.server.agents(project, 3);
        JsonNode page = client.send("get_messages", project, "{}").next("get_messages");
        assertEquals(3, page.at("/data/metadata/last_seq").asInt());
    }

    @Test
    @DisplayName("the next run's first frame is not shown to who follows the one before, however fast it comes")
    void endsWithItsRun() {
        client.send("execute", project, "{'prompt':'mine'}").nexts("project_state", "prompt", "execute");
        Client member = world.client("viewer").join(project);
        world.broadcaster.beforePoll.set(() -> {
            world.server.finish(project);
            world.server.begin(project);
        });
        world.server.agents(
                project, 1); // has it polled at the latest now; if it has before, the line is the next run's
        JsonNode frame = client.next();
        if (frame.get("type").asText().equals("agent_message")) {
            frame = client.next("project_state");
        }
        assertEquals("IDLE", frame.at("/data/state").asText());
        client.nothing();
        for (int seq = 3; seq <= 5; seq++) {
            assertEquals(seq, member.next().get("seq").asInt());
        }
        client.nothing();
    }

    @Test
    @DisplayName(
            "who follows a run without having joined is told what the run does, not what else happens to the project")
    void tellsOnlyTheRun() {
        client.send("execute", project, "{'prompt':'mine'}").nexts("project_state", "prompt", "execute");
        Client member = world.admin().join(project);
        member.send("project_configure", project, "{'name':'new'}");
        member.nexts("project_update", "project_configure");
        client.nothing();
        world.server.finish(project);
        client.next("project_state");
        member.next("project_state");
    }

    @Test
    @DisplayName("a watcher that still has to fetch the end of its own run is told of the next one")
    void tellsAWatcherOfTheNextRun() {
        client.send("{'type':'project_list'}").next("project_list");
        client.send("execute", project, "{'prompt':'mine'}").nexts("project_state", "prompt", "execute");
        client.connection.stall();
        world.server.agents(project, 1);
        Await.until("a send is under way", client.connection::isStuck);
        world.server.finish(project);
        world.server.begin(project);
        client.connection.resume();
        client.next("agent_message");
        JsonNode first = client.next();
        JsonNode second = client.next();
        // On lanes of their own: which comes first is open.
        boolean updateFirst = first.get("type").asText().equals("project_update");
        JsonNode update = updateFirst ? first : second;
        assertEquals("EXECUTING", update.at("/data/state").asText());
        assertEquals("IDLE", (updateFirst ? second : first).at("/data/state").asText());
        assertTrue(update.at("/data/update_type").asText().equals("state"));
        client.nothing();
    }
}
