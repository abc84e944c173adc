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
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Ten clients, the first five of whom have joined, that ask for a run at the same time. */
final class ExecuteRound {
    private ExecuteRound() {}

    /** @return whether one won that has joined */
    static boolean executeAtOnce(Arena arena, Random random) throws Exception {
        int first = random.nextInt(10);
        for (int i = 0; i < 10; i++) {
            arena.client((first + i) % 10).execute(arena.project(), "[[hang]]");
        }
        List<List<JsonNode>> heard = new ArrayList<>();
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            List<JsonNode> frames = hear(
                    arena.client(i),
                    all -> all.stream()
                            .anyMatch(frame ->
                                    type(frame).equals("execute") || type(frame).equals("error")));
            heard.add(frames);
            if (type(frames.get(frames.size() - 1)).equals("execute")) {
                winners.add(i);
            }
        }
        assertEquals(1, winners.size(), () -> "these run: " + winners);
        int winner = winners.get(0);
        // Only now, when all have been answered, so that none of the ten can come too late, and when there is a turn to
        // stop.
        hear(arena.client(winner), heard.get(winner), all -> types(all).contains("agent_message"));
        arena.client(winner).send("agent_interrupt", arena.project());
        hear(arena.client(winner), heard.get(winner), all -> types(all).contains("agent_interrupt"));
        List<JsonNode> records = records(heard.get(winner));
        // An agent that does not obey within the grace, on a machine that is busy, is killed.
        assertRun(records, "IDLE( process_killed)?");
        arena.show(records);
        for (int i = 0; i < 10; i++) {
            if (i != winner && i < 5) {
                long last = arena.last();
                hear(arena.client(i), heard.get(i), all -> seqOfLast(all) == last);
            }
            assertExecuteReplies(arena, heard.get(i), i, i == winner, records);
        }
        return winner < 5;
    }

    private static long seqOfLast(List<JsonNode> frames) {
        return frames.get(frames.size() - 1).path("seq").asLong();
    }

    private static void assertExecuteReplies(
            Arena arena, List<JsonNode> shown, int client, boolean winner, List<JsonNode> run) {
        JsonNode reply = replies(shown).get(0);
        List<String> expected = winner ? List.of("execute", "agent_interrupt") : List.of("error");
        assertEquals(expected, types(replies(shown)), () -> brief(shown));
        if (!winner) {
            assertEquals("PROCESS_ACTIVE", code(reply), () -> brief(shown));
        }
        if (winner || client < 5) {
            assertFollow(seq(run.get(0)) - 1, records(shown));
            assertEquals(run.size(), records(shown).size(), () -> brief(shown));
            arena.assertShown(records(shown));
            long prompt = seq(run.get(1));
            assertTrue(
                    winner ? place(shown, reply) == prompt : place(shown, reply) >= prompt,
                    () -> "its place" + brief(shown));
        } else {
            assertEquals(1, shown.size(), () -> brief(shown));
        }
    }
}
