package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every scenario of the mock, end to end: what the client sees, what the log holds, which state results. The table is in
 * {@link ScenariosOfTurns}, {@link ScenariosOfQuestions} and {@link ScenariosOfFailures}; it is the same whether processes are
 * kept for another turn or not. Not in it are: 8, a message that is handed over twice, and 17, a server that is killed, which are
 * what a restart is about ({@link RecoveryIT}); and 18, the whole of it, which is a test of its own here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
abstract class ScenarioContract {
    /** Longer than a healthy agent is silent on a slow machine, and short enough to wait for. */
    private static final String PATIENCE_SECONDS = "10";

    private final boolean warm;
    private Stage stage;

    /** @param warm whether processes are kept for another turn */
    ScenarioContract(boolean warm) {
        this.warm = warm;
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        stage = Stage.open(
                directory,
                Map.of(
                        "CLAUDE_PATH",
                        MockRelease.program(directory).toString(),
                        "CLAUDE_WARM_SECONDS",
                        warm ? "600" : "0",
                        "TIMEOUTS_PERMISSION_SECONDS",
                        PATIENCE_SECONDS,
                        "TIMEOUTS_SILENCE_SECONDS",
                        PATIENCE_SECONDS,
                        // A slow machine's agent must not be taken for one that does not obey.
                        "TIMEOUTS_KILL_GRACE_MS",
                        "6000"));
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    static Stream<Scenario> rows() {
        return Stream.of(ScenariosOfTurns.rows(), ScenariosOfQuestions.rows(), ScenariosOfFailures.rows())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("rows")
    @DisplayName("X1 X2 X4 X6 X7 M2 a scenario: its frames in their order, the same in the log, the state that results")
    void plays(Scenario row) throws Exception {
        playAtOnce(List.of(row));
    }

    @Test
    @DisplayName("X5 X7 a question that nobody answers is denied, an agent that is silent is ended, each in its time")
    void waits() throws Exception {
        playAtOnce(ScenariosOfQuestions.waits());
    }

    /** The releases that a row is played in: of processes that are kept the current one, else the older, or both if all is asked for. */
    private List<MockRelease> releasesPlayed() {
        if (Boolean.getBoolean("scenarios.all")) {
            return List.of(MockRelease.values());
        }
        return List.of(warm ? MockRelease.CURRENT : MockRelease.OLDER);
    }

    /** Plays rows in the releases that count, all at once. */
    private void playAtOnce(List<Scenario> rows) throws Exception {
        List<Callable<Void>> plays = new ArrayList<>();
        for (Scenario row : rows) {
            for (MockRelease release : releasesPlayed()) {
                ScenarioPlay play = new ScenarioPlay(stage, release, warm);
                plays.add(() -> {
                    try (play) {
                        play.play(row);
                    } catch (AssertionError e) {
                        throw new AssertionError(release + ": " + e.getMessage(), e);
                    }
                    return null;
                });
            }
        }
        ExecutorService players = Executors.newFixedThreadPool(plays.size());
        try {
            for (Future<Void> played : players.invokeAll(plays)) {
                played.get();
            }
        } finally {
            players.shutdownNow();
        }
    }

    @Test
    @DisplayName("X6 X7 the second turn takes place in the first one's process if that is kept, else in a new one")
    void keepsProcesses() throws Exception {
        Client client = stage.client();
        String project = stage.project();
        client.join(project);
        client.execute(project, "[[args]]");
        List<String> first = RunsIT.arguments(client.run());
        client.execute(project, "[[args]]");
        List<String> second = RunsIT.arguments(client.run());
        assertTrue(first.stream().anyMatch(word -> word.startsWith("--session-id=")), first::toString);
        assertEquals(warm, second.equals(first));
        assertEquals(!warm, second.stream().anyMatch(word -> word.startsWith("--resume=")), second::toString);
        client.deleteProjects();
        stage.closeClients();
    }

    /** The recommended mode: what a user does in a day, in one conversation. */
    @ParameterizedTest
    @MethodSource("releases")
    @DisplayName("X1 X4 X6 X7 18: turns, answers, an interrupt, a prompt like an option, /clear, a kill, a new process")
    void theWholeOfIt(MockRelease release) throws Exception {
        Path path = stage.directory();
        release.rules(path);
        Client client = stage.client();
        String project = client.create(path.toString());
        client.join(project);
        String session = idle(client, project, "hello").at("/data/session_id").asText();
        idle(client, project, "-p --version");
        for (String decision : List.of("allow", "deny")) {
            client.send(
                    "execute",
                    project,
                    Client.data()
                            .put("prompt", "[[ask tool=Write path=" + decision + ".txt content=x]]")
                            .set("options", Client.data().put("ask", "remote")));
            JsonNode question = client.until("permission_request");
            client.send(
                    "permission_response",
                    project,
                    Client.data().put("decision", decision).set("permission_id", question.at("/data/permission_id")));
            ScenarioPlay.assertIdle(client.rest());
            assertEquals(
                    decision.equals("allow"),
                    path.resolve(decision + ".txt").toFile().exists());
        }
        client.execute(project, "[[slow lines=1000 every=20ms]]");
        client.until(frame -> Scenario.word(frame).equals("text"));
        client.send("agent_interrupt", project);
        ScenarioPlay.assertIdle(client.rest());
        client.next("agent_interrupt");
        assertEquals(
                session,
                idle(client, project, "still there?").at("/data/session_id").asText());
        String cleared = idle(client, project, "/clear").at("/data/session_id").asText();
        assertTrue(!cleared.equals(session));
        client.execute(project, "[[hang]]");
        client.until(frame -> Scenario.word(frame).equals("init"));
        client.send("agent_kill", project);
        client.until("execution_killed");
        client.execute(project, "[[args]]");
        List<String> words = RunsIT.arguments(client.run());
        // Without its process, a conversation in which nothing was said cannot be resumed.
        assertEquals(warm, words.contains("--resume=" + cleared), words::toString);
        assertTrue(!words.contains("--resume=" + session), words::toString);
        client.deleteProjects();
        stage.closeClients();
    }

    static Stream<MockRelease> releases() {
        return Stream.of(MockRelease.values());
    }

    /** A run that ends well; its end. */
    private static JsonNode idle(Client client, String project, String prompt) throws Exception {
        client.execute(project, prompt);
        List<JsonNode> run = client.run();
        ScenarioPlay.assertIdle(run);
        return run.get(run.size() - 1);
    }
}
