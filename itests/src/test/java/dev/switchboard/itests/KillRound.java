package dev.switchboard.itests;

import static dev.switchboard.itests.Arena.hear;
import static dev.switchboard.itests.Frames.assertFollow;
import static dev.switchboard.itests.Frames.assertRun;
import static dev.switchboard.itests.Frames.brief;
import static dev.switchboard.itests.Frames.code;
import static dev.switchboard.itests.Frames.place;
import static dev.switchboard.itests.Frames.records;
import static dev.switchboard.itests.Frames.replies;
import static dev.switchboard.itests.Frames.seq;
import static dev.switchboard.itests.Frames.type;
import static dev.switchboard.itests.Frames.types;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A kill at some moment of a run, and what three clients are shown. */
final class KillRound {
    private KillRound() {}

    /**
     * One of three clients (the requester, another that has joined, one that has not) kills; then all that each was shown is
     * checked.
     *
     * @param heard what the requester was shown so far
     * @param end how the run ends if the kill comes too late
     * @return whether it was in time
     */
    static boolean kill(Arena arena, List<JsonNode> heard, int who, String end) throws Exception {
        Client requester = arena.client(0);
        Client killer = arena.client(who);
        killer.send("agent_kill", arena.project());
        List<JsonNode> frames = who == 0 ? heard : new ArrayList<>();
        hear(
                killer,
                frames,
                all -> types(all).contains("execution_killed")
                        || all.stream().anyMatch(frame -> code(frame).equals("PROCESS_NOT_FOUND")));
        boolean killed = types(frames).contains("execution_killed");
        hear(requester, heard, all -> all.stream().anyMatch(killed ? KillRound::isKilled : Frames::isEnd));
        List<JsonNode> records = records(heard);
        assertRun(records, killed ? "IDLE process_killed" : end);
        arena.show(records);
        assertEquals(List.of("execute"), types(replies(heard)).subList(0, 1), () -> brief(heard));
        for (int i = 0; i < 3; i++) {
            List<JsonNode> shown = i == who ? frames : i == 0 ? heard : new ArrayList<>();
            if (i == 1) {
                long last = arena.last();
                hear(
                        arena.client(1),
                        shown,
                        all -> types(all).contains("project_state")
                                && records(all).stream().anyMatch(record -> seq(record) == last));
                assertFollow(seq(records.get(0)) - 1, records(shown));
                arena.assertShown(records(shown));
            }
            assertKillReplies(shown, i, i == who, killed ? arena.last() : 0, records);
        }
        return killed;
    }

    private static boolean isKilled(JsonNode frame) {
        return type(frame).equals("process_killed");
    }

    private static void assertKillReplies(
            List<JsonNode> shown, int client, boolean killer, long killedAt, List<JsonNode> run) {
        List<JsonNode> replies = new ArrayList<>(replies(shown));
        if (client == 0) {
            JsonNode reply = replies.remove(0);
            assertEquals("execute", type(reply), () -> brief(shown));
            assertEquals(seq(run.get(1)), place(shown, reply), () -> brief(shown));
        }
        List<String> expected =
                !killer ? List.of() : killedAt > 0 ? List.of("agent_kill", "execution_killed") : List.of("error");
        assertEquals(expected, types(replies), () -> brief(shown));
        if (client < 2) {
            long end = seq(run.get(run.size() - 1));
            replies.forEach(reply -> assertEquals(end, place(shown, reply), () -> "its place" + brief(shown)));
        } else {
            assertEquals(List.of(), records(shown), () -> "it has not joined" + brief(shown));
        }
    }
}
