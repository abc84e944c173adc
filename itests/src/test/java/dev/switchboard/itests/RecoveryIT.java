package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is stopped and killed at bad moments, five lives long; its agents live on through kills. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class RecoveryIT {
    private static final int FLOOD = 5000;

    @TempDir
    private Path directory;

    private Server server;
    /** Has a session; is killed in a tool. */
    private String tool;
    /** Is killed in a flood, or behind it. */
    private String flood;
    /** Is killed with a tree of processes that have left their agent. */
    private String tree;

    @Test
    @DisplayName(
            "P4 X4 X6 X8 M2 after kills in idle, in runs and in the start, and a stop in a run: states, sessions and "
                    + "messages are right, nobody is stuck, nothing is left behind")
    void survives() throws Exception {
        try (Server first = new Server(directory.resolve("data"))) {
            server = first;
            server.start();
            List<JsonNode> projects;
            List<JsonNode> history;
            try (Client client = server.connect()) {
                tool = create(client, "tool");
                flood = create(client, "flood");
                tree = create(client, "tree");
                client.join(tool);
                client.execute(tool, "remember the number 42");
                client.run();
                client.send("project_configure", tool, Client.data().put("name", "Tool"));
                client.until("project_update"); // behind whatever is saved at the end of the run
                projects = History.projects(client);
                history = History.whole(client, tool);
            }
            server.kill();

            server.start();
            List<JsonNode> shown;
            try (Client client = server.connect()) {
                assertEquals(projects, History.projects(client), "after a kill in idle everything is as it was");
                assertEquals(history, History.whole(client, tool));
                shown = runAll(client);
            }
            server.kill();
            killInTheStart();

            server.start();
            try (Client client = server.connect()) {
                assertFloodGoesOn(client);
                for (String project : List.of(tool, flood, tree)) {
                    assertEquals("EXECUTING", History.stateOf(History.project(client, project)));
                    client.send("agent_kill", project);
                    client.until("execution_killed");
                    assertEndedOnce(project, History.settled(client, project));
                }
                assertEquals(history, History.whole(client, tool).subList(0, history.size()));
                assertShownIsThere(shown, History.whole(client, flood));
                assertNothingRuns();
                assertContinues(client, "which number?", "[[bash sleep=110s]]");
                client.execute(tool, "[[slow lines=500 every=50ms]]");
                client.until("agent_message");
            }
            assertEquals(0, server.stop(), "a stop in a run");
            assertNothingRuns();

            server.start();
            try (Client client = server.connect()) {
                List<JsonNode> after = History.settled(client, tool);
                assertEquals(List.of("project_state", "process_killed"), History.lastTypes(after, 2));
                assertEquals("IDLE", History.stateOf(History.project(client, tool)));
                assertContinues(client, "and now?", "[[slow lines=500 every=50ms]]");
                client.deleteProjects();
                assertNothingRuns();
            }
        }
    }

    private String create(Client client, String name) throws Exception {
        return client.create(
                Files.createDirectories(directory.resolve("projects").resolve(name))
                        .toString());
    }

    /** Begins a run in each project and returns, each being in the midst of it, what was shown of the flood. */
    private List<JsonNode> runAll(Client client) throws Exception {
        client.join(tool);
        client.join(flood);
        client.join(tree);
        client.execute(tool, "[[bash sleep=110s]]");
        client.until(frame -> is(frame, tool) && frame.toString().contains("tool_use"));
        client.execute(tree, "[[tree life=280s]] [[hang]]");
        client.until(frame -> is(frame, tree) && frame.toString().contains("tool_result"));
        List<JsonNode> shown = new ArrayList<>();
        client.execute(flood, "[[flood lines=" + FLOOD + " bytes=500]] [[hang]]");
        while (shown.size() < 200) {
            shown.add(client.until(frame -> is(frame, flood)));
        }
        return shown;
    }

    private static boolean is(JsonNode frame, String project) {
        return frame.get("type").asText().equals("agent_message")
                && frame.get("project_id").asText().equals(project);
    }

    /** Kills it while it makes up for what its predecessor has not seen, and is kept from being ready. */
    private void killInTheStart() throws Exception {
        assertTrue(server.agents().size() >= 3, "one for each run");
        Path segment = new DamagedData(server.dataDir(), flood).segment();
        long before = Files.size(segment);
        // It writes what tells that it is ready into this file first, and tries again while it cannot.
        Path unfinished = server.dataDir().resolve("instance.json.tmp");
        Files.createFile(Files.createDirectory(unfinished).resolve("in-the-way"));
        server.launch("run", "--demo");
        Server.await("it has begun to catch up", 90, () -> {
            try {
                return Files.size(segment) > before;
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
        });
        assertFalse(server.console().contains("Switchboard ready"), "in the start");
        server.kill();
        Trees.delete(unfinished);
    }

    /** The agent has gone on all the time: each of its lines comes once, in order. */
    private void assertFloodGoesOn(Client client) throws Exception {
        Server.await("the flood is over", 60, () -> {
            try {
                return floodLines(client).size() >= FLOOD;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(IntStream.rangeClosed(1, FLOOD).boxed().toList(), floodLines(client));
    }

    /** The numbers that its lines begin with. */
    private List<Integer> floodLines(Client client) throws Exception {
        Pattern numbered = Pattern.compile("(\\d{10})/\\d{10}.*", Pattern.DOTALL);
        return History.whole(client, flood).stream()
                .map(message -> numbered.matcher(
                        History.content(message).at("/message/content/0/text").asText()))
                .filter(Matcher::matches)
                .map(line -> Integer.valueOf(line.group(1)))
                .toList();
    }

    /** Each run that began has ended, once, the last one killed. */
    private static void assertEndedOnce(String project, List<JsonNode> messages) {
        List<String> states = History.states(messages).stream()
                .map(state -> History.content(state).get("state").asText())
                .toList();
        for (int i = 0; i < states.size(); i++) {
            assertEquals(i % 2 == 0 ? "EXECUTING" : "IDLE", states.get(i), () -> project + ": " + states);
        }
        assertEquals(0, states.size() % 2, () -> project + ": " + states);
        assertEquals(List.of("project_state", "process_killed"), History.lastTypes(messages, 2));
    }

    private static void assertShownIsThere(List<JsonNode> shown, List<JsonNode> messages) {
        for (JsonNode frame : shown) {
            JsonNode message = messages.get(frame.get("seq").asInt() - 1);
            assertEquals(frame.get("data"), History.content(message));
            assertEquals(frame.get("timestamp"), message.get("timestamp"));
        }
    }

    private void assertNothingRuns() throws Exception {
        Server.await(
                "no process of an agent is left",
                30,
                () -> server.agentProcesses().isEmpty());
    }

    private void assertContinues(Client client, String prompt, String before) throws Exception {
        client.join(tool);
        client.execute(tool, prompt);
        List<JsonNode> run = client.run();
        assertEquals("IDLE", Client.stateOf(run.get(run.size() - 1)).orElseThrow());
        assertTrue(run.toString().contains(before), "it goes on in the same session");
    }
}
