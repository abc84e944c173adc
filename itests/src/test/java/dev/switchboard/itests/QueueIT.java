package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue of a project as clients see it: one who has joined, and one who only asks for runs. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class QueueIT {
    @TempDir
    static Path directory;

    private static Server server;
    private Client joined;
    private Client asker;
    private String project;

    @BeforeAll
    static void start() throws Exception {
        server = new Server(directory.resolve("data"))
                .set("LIMITS_EXECUTIONS_QUEUED", "3")
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void connect(TestInfo test) throws Exception {
        joined = server.connect();
        asker = server.connect();
        String name = test.getTestMethod().orElseThrow().getName()
                + test.getDisplayName().hashCode();
        project = joined.create(Files.createDirectories(directory.resolve(name)).toString());
        joined.join(project);
    }

    @AfterEach
    void disconnect() throws Exception {
        joined.send("agent_kill", project);
        joined.until(frame -> List.of("agent_kill", "error").contains(type(frame)));
        joined.deleteProjects();
        joined.close();
        asker.close();
    }

    private static String type(JsonNode frame) {
        return frame.get("type").asText();
    }

    /** A frame in short: {@code EXECUTING}, {@code queue 2}, {@code prompt}… */
    private static String brief(JsonNode frame) {
        if (type(frame).equals("queue_update")) {
            return "queue " + frame.at("/data/items").size();
        }
        return Client.stateOf(frame).orElse(type(frame));
    }

    /** What comes up to the first frame of which this is what it is in short, without what the agent says. */
    private static List<String> story(Client client, String last) throws Exception {
        List<String> story = new ArrayList<>();
        do {
            JsonNode frame = client.next();
            if (!List.of("agent_message", "project_update").contains(type(frame))) {
                story.add(brief(frame));
            }
        } while (story.isEmpty() || !story.get(story.size() - 1).equals(last));
        return story;
    }

    private String queue(Client client, String in, String prompt) throws Exception {
        client.send("execute", in, Client.data().put("prompt", prompt).put("queue", true));
        JsonNode ack = client.until("execute");
        assertEquals("queued", ack.at("/data/status").asText());
        return ack.at("/data/execution_id").asText();
    }

    /** A run that says a word and then hangs until somebody stops it. */
    private void hang() throws Exception {
        joined.execute(project, "[[say text=begun]] [[hang]]");
        joined.until(
                frame -> type(frame).equals("agent_message") && frame.toString().contains("begun"));
    }

    @Test
    @DisplayName("X7 queued runs begin in their order, IDLE between them, and their requester gets their frames")
    void inOrder() throws Exception {
        joined.execute(project, "[[wait for=1s]] [[say text=one]]");
        joined.until("execute");
        asker.send(
                "execute",
                project,
                Client.data().put("prompt", "[[say text=two]]").put("queue", true));
        JsonNode ack = asker.next("execute");
        assertEquals(1, ack.at("/data/position").asInt());
        queue(joined, project, "[[say text=three]]");
        List<String> all = story(joined, "IDLE");
        while (!all.get(all.size() - 2).equals("queue 0")) {
            all.addAll(story(joined, "IDLE"));
        }
        assertEquals(
                List.of(
                        "queue 2",
                        "IDLE",
                        "EXECUTING",
                        "prompt",
                        "queue 1",
                        "IDLE",
                        "EXECUTING",
                        "prompt",
                        "queue 0",
                        "IDLE"),
                all);
        List<JsonNode> run = asker.run();
        assertEquals("EXECUTING", brief(run.get(0)));
        for (JsonNode frame : List.of(run.get(0), run.get(run.size() - 1))) {
            assertEquals(ack.at("/data/execution_id"), frame.at("/data/execution_id"));
        }
        assertTrue(run.toString().contains("two"));
        assertFalse(asker.hears(Duration.ofMillis(300)), "nothing of the third run");
    }

    @Test
    @DisplayName(
            "X7 the answer comes before the record that shows it; who joins is shown the same list, without options")
    void shown() throws Exception {
        hang();
        ObjectNode data = Client.data().put("prompt", "first line\nsecond line").put("queue", true);
        data.putObject("options").putObject("mcp_config").putObject("s3cret");
        joined.send("execute", project, data);
        JsonNode ack = joined.next("execute");
        JsonNode update = joined.next("queue_update");
        JsonNode item = update.at("/data/items/0");
        assertEquals(ack.at("/data/execution_id"), item.get("execution_id"));
        assertEquals("initial", item.get("by").asText());
        assertEquals("first line", item.get("prompt").asText());
        asker.send("project_join", project);
        assertEquals(update.at("/data/items"), asker.next("project_state").at("/data/queue"));
        joined.send("project_list", Client.data());
        assertEquals(update.at("/data/items"), joined.until("project_list").at("/data/projects/0/queue"));
        assertFalse(History.whole(joined, project).toString().contains("s3cret"));
    }

    @Test
    @DisplayName("X7 as many runs wait as the limit says; who does not want to wait is refused as ever")
    void limit() throws Exception {
        hang();
        for (int i = 1; i <= 3; i++) {
            asker.send("execute", project, Client.data().put("prompt", "n" + i).put("queue", true));
            assertEquals(i, asker.next("execute").at("/data/position").asInt());
        }
        asker.send("execute", project, Client.data().put("prompt", "n4").put("queue", true));
        JsonNode refused = asker.next("error");
        assertEquals("RESOURCE_LIMIT", refused.at("/data/code").asText());
        assertEquals("executions_queued", refused.at("/data/details/resource").asText());
        assertEquals(3, refused.at("/data/details/limit").asInt());
        asker.execute(project, "now");
        assertEquals("PROCESS_ACTIVE", asker.next("error").at("/data/code").asText());
    }

    @Test
    @DisplayName("X7 queue_cancel takes one out, once; whoever asked for it is shown that")
    void cancels() throws Exception {
        hang();
        String mine = queue(asker, project, "mine");
        String other = queue(joined, project, "other");
        joined.until("queue_update");
        joined.send("queue_cancel", project, Client.data().put("execution_id", mine));
        JsonNode update = joined.next("queue_update");
        assertEquals(other, update.at("/data/items/0/execution_id").asText());
        assertEquals("cancelled", joined.next("queue_cancel").at("/data/status").asText());
        assertEquals(update, asker.next("queue_update"));
        for (String id : List.of(mine, "00000000-0000-4000-8000-000000000000")) {
            joined.send("queue_cancel", project, Client.data().put("execution_id", id));
            assertEquals(
                    "PROCESS_NOT_FOUND", joined.next("error").at("/data/code").asText());
        }
        assertFalse(asker.hears(Duration.ofMillis(300)));
    }

    @Test
    @DisplayName(
            "X7 an interrupt goes on with the next; a kill takes out all that waits, and its requester is shown that")
    void stops() throws Exception {
        hang();
        queue(asker, project, "[[say text=second]] [[hang]]");
        joined.send("agent_interrupt", project);
        assertEquals(
                List.of("queue 1", "IDLE", "agent_interrupt", "EXECUTING", "prompt", "queue 0"),
                story(joined, "queue 0"));
        asker.until(
                frame -> type(frame).equals("agent_message") && frame.toString().contains("second"));
        queue(asker, project, "never");
        queue(asker, project, "neither");
        joined.send("agent_kill", project);
        assertEquals(
                List.of("queue 1", "queue 2", "queue 0", "IDLE", "process_killed", "agent_kill", "execution_killed"),
                story(joined, "execution_killed"));
        List<String> heard = story(asker, "IDLE");
        assertEquals(List.of("queue 0", "IDLE"), heard.subList(heard.size() - 2, heard.size()));
        joined.execute(project, "welcome");
        List<JsonNode> next = joined.run();
        assertEquals("IDLE", brief(next.get(next.size() - 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[crash code=3]]", "[[api-error status=500]]"})
    @DisplayName("X7 a run that ends in ERROR takes out all that waits, with one queue_update before it")
    void error(String ending) throws Exception {
        joined.execute(project, "[[wait for=1s]] " + ending);
        joined.until("execute");
        queue(asker, project, "never");
        queue(asker, project, "neither");
        assertEquals(List.of("queue 1", "queue 2", "queue 0", "error", "ERROR"), story(joined, "ERROR"));
        assertEquals("queue 0", brief(asker.next()));
        assertFalse(asker.hears(Duration.ofMillis(300)));
    }

    @Test
    @DisplayName("X7 a turn that the agent begins by itself and a queued run get on with each other")
    void agentsOwnTurn() throws Exception {
        joined.execute(project, "[[background for=1ms then=\"[[say text=own]]\"]]");
        joined.until("execute");
        queue(joined, project, "[[echo]] queued");
        List<JsonNode> all = new ArrayList<>();
        while (!all.toString().contains("own")
                || !all.toString().contains("queued")
                || Client.stateOf(all.get(all.size() - 1))
                        .filter("IDLE"::equals)
                        .isEmpty()) {
            all.add(joined.next());
        }
        assertTrue(all.stream().noneMatch(frame -> brief(frame).equals("ERROR")), all::toString);
    }

    @Test
    @DisplayName("H6 X7 the shell waits in the queue, lists it and takes out of it")
    void shell() throws Exception {
        Shell shell = new Shell(server);
        hang();
        String mine = queue(asker, project, "of a client");
        try (Shell.Running run = shell.start("switchboard:execute --queue " + project + " '[[say text=shell]]'")) {
            String line = run.line();
            assertTrue(line.matches("\\[waiting in the queue, place 2, run [0-9a-f-]{36}\\]"), line);
            JsonNode list =
                    shell.run("switchboard:queue-list --json " + project).json();
            assertEquals(mine, list.at("/items/0/execution_id").asText());
            assertTrue(shell.print("switchboard:queue-list " + project).contains("of a client"));
            assertTrue(shell.print("switchboard:queue-cancel " + project + " " + mine)
                    .contains(mine));
            assertEquals(
                    1,
                    shell.run("switchboard:queue-cancel " + project + " " + mine)
                            .status());
            joined.send("agent_interrupt", project);
            assertEquals("shell", run.line());
            assertEquals(0, run.end().status());
        }
    }
}
