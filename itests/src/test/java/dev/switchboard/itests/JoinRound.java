package dev.switchboard.itests;

import static dev.switchboard.itests.Arena.hear;
import static dev.switchboard.itests.Arena.hearTo;
import static dev.switchboard.itests.Frames.assertFollow;
import static dev.switchboard.itests.Frames.assertRun;
import static dev.switchboard.itests.Frames.brief;
import static dev.switchboard.itests.Frames.isEnd;
import static dev.switchboard.itests.Frames.records;
import static dev.switchboard.itests.Frames.seq;
import static dev.switchboard.itests.Frames.state;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Clients that come back while an agent works. */
final class JoinRound {
    private JoinRound() {}

    /** Three clients join while a run goes on, the last of them about when it is over. */
    static void joinAtRandom(Arena arena, Random random, Races.Aim aim, Races.Score score) throws Exception {
        arena.client(0).execute(arena.project(), "[[slow lines=10 every=8ms]]");
        List<Long> wanted = new ArrayList<>();
        for (int i = 1; i < 4; i++) {
            if (i < 3) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(60));
            } else {
                aim.await();
            }
            long after = random.nextInt(4) == 0 ? -1 : Math.max(0, arena.last() - random.nextInt(40));
            wanted.add(after);
            if (after < 0) {
                arena.client(i).send("project_join", arena.project());
            } else {
                arena.client(i)
                        .send("project_join", arena.project(), Client.data().put("after_seq", after));
            }
        }
        List<JsonNode> frames = hear(arena.client(0), all -> !all.isEmpty() && isEnd(all.get(all.size() - 1)));
        assertRun(records(frames), "IDLE");
        arena.show(records(frames));
        boolean active = false;
        for (int i = 1; i < 4; i++) {
            active = assertJoined(arena, arena.client(i), wanted.get(i - 1));
            score.count(active);
            arena.client(i).send("project_leave", arena.project());
            arena.client(i).next("project_leave");
            arena.client(i).next("project_left");
        }
        if (active) {
            aim.early();
        } else {
            aim.late();
        }
    }

    /** @return whether it joined while the run was active */
    private static boolean assertJoined(Arena arena, Client client, long after) throws Exception {
        JsonNode status = client.next("project_state").get("data");
        JsonNode joined = client.next("project_join").get("data");
        assertEquals(joined, client.next("project_joined").get("data"));
        assertEquals(status.get("state"), joined.get("state"));
        long head = joined.get("last_seq").asLong();
        assertEquals(head, status.get("last_seq").asLong());
        boolean active = status.get("state").asText().equals("EXECUTING");
        assertEquals(arena.stateAt(head), status.get("state").asText(), () -> "as of " + head);
        if (after >= 0) {
            JsonNode replay = client.next("replay").get("data");
            assertEquals("ok", replay.get("verdict").asText());
            assertEquals(after + 1, replay.get("from").asLong());
            assertEquals(head, replay.get("to").asLong());
        }
        long from = after >= 0 ? after : head;
        List<JsonNode> shown = from == arena.last() ? List.of() : hearTo(client, arena.last());
        assertFollow(from, shown);
        arena.assertShown(shown);
        for (JsonNode frame : shown) {
            assertEquals(seq(frame) <= head, frame.path("replay").asBoolean(), () -> brief(shown));
        }
        assertEquals("IDLE", state(arena.record(arena.last())));
        return active;
    }
}
