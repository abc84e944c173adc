package dev.switchboard.itests;

import static dev.switchboard.itests.Arena.hear;
import static dev.switchboard.itests.Arena.hearTo;
import static dev.switchboard.itests.Frames.assertFollow;
import static dev.switchboard.itests.Frames.assertRun;
import static dev.switchboard.itests.Frames.isEnd;
import static dev.switchboard.itests.Frames.records;
import static dev.switchboard.itests.Frames.replies;
import static dev.switchboard.itests.Frames.type;
import static dev.switchboard.itests.Frames.types;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.itests.Races.Aim;
import dev.switchboard.itests.Races.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules of order when requests race. Each round checks all that each client was shown, each lane at its end that history
 * tells the same. A frame too many is found by the round that follows; each lane ends with a round without a race.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RaceIT {
    @TempDir
    static Path directory;

    private final AtomicInteger projects = new AtomicInteger();
    private Server server;

    @BeforeAll
    void start() throws Exception {
        server = new Server(directory.resolve("data"))
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .set("LIMITS_REQUESTS_PER_SECOND", "0")
                .set("TIMEOUTS_KILL_GRACE_MS", "450")
                .start();
    }

    @AfterAll
    void stop() throws Exception {
        try (Client client = server.connect()) {
            client.deleteProjects();
        }
        Server.await(
                "no process of an agent is left",
                20,
                () -> server.agentProcesses().isEmpty());
        Server.await("no agent is in custody", 20, () -> {
            try {
                return server.agents().isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        server.close();
    }

    private Arena arena(int joined, int others) throws Exception {
        return new Arena(server, directory.resolve("projects/p" + projects.incrementAndGet()), joined, others);
    }

    private static void report(Score score) {
        System.out.println(score);
        assertTrue(score.isRace(), () -> "one side always won: " + score);
    }

    /** A run without a race: what was not heard of the rounds before would be heard now. */
    private static void calm(Arena arena, int joined) throws Exception {
        arena.client(0).execute(arena.project(), "bye");
        List<JsonNode> frames = hear(arena.client(0), all -> !all.isEmpty() && isEnd(all.get(all.size() - 1)));
        assertEquals(List.of("execute"), types(replies(frames)));
        assertRun(records(frames), "IDLE");
        arena.show(records(frames));
        for (Client client : arena.clients().subList(1, joined)) {
            List<JsonNode> heard = hearTo(client, arena.last());
            assertFollow(arena.last() - heard.size(), heard);
            arena.assertShown(heard);
        }
        arena.assertHistoryIsWhatWasShown();
    }

    @Test
    @DisplayName("X4 kill against result: IDLE and process_killed, or IDLE and PROCESS_NOT_FOUND behind it")
    void killAgainstResult() throws Exception {
        Score score = new Score("kill against result");
        Races.run((lane, rounds, random) -> {
            try (Arena arena = arena(2, 1)) {
                Aim aim = new Aim(random, 20);
                for (int i = 0; score.wantsRound(i, rounds); i++) {
                    arena.client(0).execute(arena.project(), "[[say text=now]] [[wait for=20ms]]");
                    boolean atStart = random.nextInt(5) == 0;
                    String awaited = atStart ? "execute" : "agent_message";
                    List<JsonNode> frames = hear(arena.client(0), all -> isAwaited(all, awaited));
                    aim.await();
                    boolean killed = KillRound.kill(arena, frames, random.nextInt(3), "IDLE");
                    score.count(killed);
                    if (!atStart) {
                        aim(aim, killed);
                    }
                }
                calm(arena, 2);
            }
        });
        report(score);
    }

    /** Whether the reply came, or the agent's first text. */
    private static boolean isAwaited(List<JsonNode> frames, String awaited) {
        JsonNode last = frames.isEmpty() ? null : frames.get(frames.size() - 1);
        return last != null
                && (type(last).equals(awaited)
                                && !last.get("data").path("type").asText().equals("system")
                        || isEnd(last));
    }

    private static List<String> errors(List<JsonNode> frames) {
        return frames.stream().map(Frames::code).filter(code -> !code.isEmpty()).toList();
    }

    private static void aim(Aim aim, boolean killed) {
        if (killed) {
            aim.early();
        } else {
            aim.late();
        }
    }

    @Test
    @DisplayName(
            "X4 kill against timeout: IDLE and process_killed, never ERROR, or ERROR and PROCESS_NOT_FOUND behind it")
    void killAgainstTimeout() throws Exception {
        Score score = new Score("kill against timeout");
        Races.run((lane, rounds, random) -> {
            try (Arena arena = arena(2, 1)) {
                Aim aim = new Aim(random, 200);
                for (int i = 0; score.wantsRound(i, rounds); i++) {
                    arena.client(0)
                            .send(
                                    "execute",
                                    arena.project(),
                                    Client.data()
                                            .put("prompt", "[[hang]]")
                                            .set("options", Client.data().put("timeout_ms", 50 + random.nextInt(200))));
                    List<JsonNode> frames = hear(arena.client(0), all -> isAwaited(all, "execute"));
                    aim.await();
                    boolean killed = KillRound.kill(arena, frames, random.nextInt(3), "error ERROR");
                    assertEquals(killed ? List.of() : List.of("EXECUTION_TIMEOUT"), errors(records(frames)));
                    score.count(killed);
                    aim(aim, killed);
                }
                calm(arena, 2);
            }
        });
        report(score);
    }

    @Test
    @DisplayName("X2 execute against execute, ten at once: one runs, nine are told PROCESS_ACTIVE")
    void executeAgainstExecute() throws Exception {
        Score score = new Score("execute against execute, joined to not joined");
        Races.run((lane, rounds, random) -> {
            try (Arena arena = arena(5, 5)) {
                for (int i = 0; score.wantsRound(i, rounds); i++) {
                    score.count(ExecuteRound.executeAtOnce(arena, random));
                }
                calm(arena, 5);
            }
        });
        report(score);
    }

    @Test
    @DisplayName(
            "P1 delete against execute: gone, or PROCESS_ACTIVE and a whole run; project_deleted is the last frame")
    void deleteAgainstExecute() throws Exception {
        Score score = new Score("delete against execute");
        Races.run((lane, rounds, random) -> {
            List<Client> clients = List.of(server.connect(), server.connect(), server.connect());
            try {
                Path path = Files.createDirectories(directory.resolve("projects/deleted" + lane));
                for (int i = 0; score.wantsRound(i, rounds); i++) {
                    score.count(DeleteRound.deleteAtOnce(clients, path, random));
                }
            } finally {
                clients.forEach(Client::close);
            }
        });
        report(score);
    }

    @Test
    @DisplayName("M4 join against stream: from the record asked for on, none twice, none missing, then live")
    void joinAgainstStream() throws Exception {
        Score score = new Score("join against stream, while it ran to when it was over");
        Races.run((lane, rounds, random) -> {
            try (Arena arena = arena(1, 3)) {
                Aim aim = new Aim(random, 30);
                for (int i = 0; score.wantsRound(i, rounds); i += 3) {
                    JoinRound.joinAtRandom(arena, random, aim, score);
                }
                calm(arena, 1);
            }
        });
        report(score);
    }
}
