package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.project.ProjectId;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@DisplayName("M4 replay")
class ReplayTest {
    private final World world = new World();
    private final ProjectId project = world.server.seed("/p");
    private final Client client = world.client("viewer");

    @AfterEach
    void close() {
        world.close();
    }

    private JsonNode join(String data) {
        client.send("project_join", project, data);
        return client.nexts("project_state", "project_join", "project_joined", "replay")
                .get(3);
    }

    private void assertReplay(JsonNode replay, long from, long to, String verdict) {
        assertEquals(from, replay.at("/data/from").asLong(), replay::toString);
        assertEquals(to, replay.at("/data/to").asLong(), replay::toString);
        assertEquals(verdict, replay.at("/data/verdict").asText());
        assertEquals(project.toString(), replay.get("project_id").asText());
    }

    private void assertFrames(long from, long to, long replayedTo) {
        for (long seq = from; seq <= to; seq++) {
            JsonNode frame = client.next();
            assertEquals(seq, frame.path("seq").asLong(), frame::toString);
            assertEquals(seq <= replayedTo, frame.path("replay").asBoolean(false), frame::toString);
        }
    }

    @Test
    void showsWhatWasMissedThenWhatComes() {
        world.server.agents(project, 300);
        String epoch = world.server.status(project).log().epoch().toString();
        assertReplay(join("{'after_seq':100,'epoch':'" + epoch + "'}"), 101, 300, "ok");
        world.server.agents(project, 5);
        assertFrames(101, 305, 300);
        client.nothing();
    }

    @Test
    void showsEverythingFromTheBeginning() {
        world.server.agents(project, 3);
        assertReplay(join("{'after_seq':0}"), 1, 3, "ok");
        assertFrames(1, 3, 3);
        client.nothing();
    }

    @Test
    void showsNothingToWhoHasEverything() {
        world.server.agents(project, 3);
        assertReplay(join("{'after_seq':3}"), 4, 3, "ok");
        client.nothing();
        world.server.agents(project, 1);
        assertFrames(4, 4, 0);
    }

    @Test
    void saysGapIfRecordsWereRemoved() {
        world.server.agents(project, 10);
        world.server.removeUntil(project, 6);
        JsonNode replay = join("{'after_seq':4}");
        assertReplay(replay, 6, 10, "gap");
        assertEquals(6, replay.at("/data/first_seq").asLong());
        assertFrames(6, 10, 10);
        assertReplay(join("{'after_seq':5}"), 6, 10, "ok");
        assertFrames(6, 10, 10);
    }

    @Test
    void saysGapIfTheLogIsAnotherOrShorter() {
        world.server.agents(project, 2);
        assertReplay(join("{'after_seq':1,'epoch':'" + UUID.randomUUID() + "'}"), 1, 2, "gap");
        assertFrames(1, 2, 2);
        assertReplay(join("{'after_seq':3}"), 1, 2, "gap");
        assertFrames(1, 2, 2);
        client.nothing();
    }

    @Test
    void refusesANumberThatIsNone() {
        client.send("project_join", project, "{'after_seq':-1}").nextError("VALIDATION_FAILED");
        client.send("project_join", project, "{'after_seq':'x'}").nextError("VALIDATION_FAILED");
        client.send("project_join", project, "{'detail':'some'}").nextError("VALIDATION_FAILED");
    }

    @Test
    void tellsOfAHoleInMidStream() {
        world.server.agents(project, 10);
        world.server.damage(project, 4, 6);
        join("{'after_seq':0}");
        assertFrames(1, 3, 10);
        JsonNode gap = client.next("gap");
        assertEquals(4, gap.at("/data/from").asLong());
        assertEquals(6, gap.at("/data/to").asLong());
        assertEquals("damaged on disk", gap.at("/data/reason").asText());
        assertFrames(7, 10, 10);
        client.nothing();
    }

    @Test
    void leavesAgentsLinesOutIfOnlyStatesAreWanted() {
        for (int i = 0; i < 3; i++) {
            world.server.agents(project, 400);
            world.server.record(project, Direction.SERVER, "project_update", Content.of("{}"));
        }
        assertReplay(join("{'after_seq':0,'detail':'state'}"), 1, 1203, "ok");
        assertEquals(401, client.next("project_update").get("seq").asLong());
        assertEquals(802, client.next("project_update").get("seq").asLong());
        assertEquals(1203, client.next("project_update").get("seq").asLong());
        world.server.agents(project, 400);
        world.server.record(project, Direction.SERVER, "project_update", Content.of("{}"));
        JsonNode live = client.next("project_update");
        assertEquals(1604, live.get("seq").asLong());
        assertFalse(live.has("replay"));
        client.nothing();
    }

    @Test
    @DisplayName("a client that joins again with an earlier place is shown everything from there again")
    void replaysAgainToWhoHasJoined() {
        client.join(project);
        world.server.agents(project, 5);
        assertFrames(1, 5, 0);
        assertReplay(join("{'after_seq':2}"), 3, 5, "ok");
        assertFrames(3, 5, 5);
        world.server.agents(project, 1);
        assertFrames(6, 6, 0);
    }

    @Test
    void beginsAnewWhenTheLogIsAnother() {
        client.join(project);
        world.server.agents(project, 5);
        assertFrames(1, 5, 0);
        world.server.replaceLog(project);
        JsonNode gap = client.next("gap");
        assertEquals(5, gap.at("/data/to").asLong());
        assertEquals(
                world.server.status(project).log().epoch().toString(),
                gap.at("/data/epoch").asText());
        world.server.agents(project, 3);
        assertFrames(1, 3, 0);
        client.nothing();
    }

    @RepeatedTest(5)
    @DisplayName("without gap or duplicate while somebody publishes as fast as possible")
    void joinsUnderLoad() throws InterruptedException {
        world.server.agents(project, 500);
        AtomicBoolean stop = new AtomicBoolean();
        Thread publisher = new Thread(() -> {
            for (int i = 0; i < 20_000 && !stop.get(); i++) {
                world.server.agents(project, 1);
            }
        });
        publisher.start();
        try {
            Await.until("it has begun", () -> world.server.status(project).log().lastSeq() > 600);
            JsonNode replay = join("{'after_seq':100}");
            long to = replay.at("/data/to").asLong();
            assertTrue(to > 600);
            assertFrames(101, to + 2000, to);
            stop.set(true);
            publisher.join();
            assertFrames(to + 2001, world.server.status(project).log().lastSeq(), 0);
            client.nothing();
        } finally {
            stop.set(true);
            publisher.join();
        }
    }
}
