package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A queue that outlives its server, however that ends. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
@Order(1)
class QueueRestartIT {
    private static final int LARGE = 300_000;

    @TempDir
    private Path directory;

    private Server server;
    private String project;

    private static List<String> prompts(List<JsonNode> messages) {
        return History.matching(
                        messages, message -> message.get("direction").asText().equals("client"))
                .stream()
                .map(message -> History.content(message).get("text").asText())
                .toList();
    }

    private Path metadata() {
        return server.dataDir().resolve("projects").resolve(project).resolve("metadata.json");
    }

    private static String queue(Client client, String project, String prompt) throws Exception {
        ObjectNode data = Client.data().put("prompt", prompt).put("queue", true);
        data.putObject("options").putObject("mcp_config").putObject("s3cret");
        client.send("execute", project, data);
        return client.until("execute").at("/data/execution_id").asText();
    }

    private List<String> waiting(Client client) throws Exception {
        List<String> ids = new ArrayList<>();
        History.project(client, project)
                .path("queue")
                .forEach(item -> ids.add(item.get("execution_id").asText()));
        return ids;
    }

    /** The executions in the order of their beginnings. */
    private static List<String> begun(List<JsonNode> messages) {
        return History.states(messages).stream()
                .map(History::content)
                .filter(state -> state.get("state").asText().equals("EXECUTING"))
                .map(state -> state.get("execution_id").asText())
                .toList();
    }

    private void awaitAllBegun(Client client, int runs) throws Exception {
        Server.await("all have run", 120, () -> {
            try {
                return begun(History.whole(client, project)).size() == runs;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    @DisplayName(
            "X7 X8 after kill -9, twice, everything that waited runs once, in its order, with its prompt and options")
    void survivesKills() throws Exception {
        try (Server started = new Server(directory.resolve("data")).set("LIMITS_EXECUTIONS_PER_MINUTE", "0")) {
            server = started.start();
            List<String> expected = new ArrayList<>();
            String large = "[[echo digest]]" + "x\u00e9\n".repeat(LARGE / 3);
            try (Client client = server.connect()) {
                project = client.create(
                        Files.createDirectories(directory.resolve("p")).toString());
                client.execute(project, "[[slow lines=60 every=50ms]]");
                expected.add(client.until("execute").at("/data/execution_id").asText());
                expected.add(queue(client, project, "[[slow lines=80 every=50ms]]"));
                expected.add(queue(client, project, large));
                expected.add(queue(client, project, "last"));
            }
            assertTrue(Files.readString(metadata()).contains("s3cret"));
            server.kill();

            server.start();
            try (Client client = server.connect()) {
                client.send("project_join", project, Client.data().put("after_seq", 0));
                client.until(frame -> frame.get("type").asText().equals("project_state")
                        && frame.at("/data/execution_id").asText().equals(expected.get(1)));
                client.until("agent_message");
                assertEquals(expected.subList(2, 4), waiting(client));
            }
            server.kill();

            server.start();
            try (Client client = server.connect()) {
                awaitAllBegun(client, 4);
                List<JsonNode> messages = History.settled(client, project);
                assertEquals(expected, begun(messages));
                assertEquals(List.of(), waiting(client));
                assertEquals(
                        List.of("[[slow lines=60 every=50ms]]", "[[slow lines=80 every=50ms]]", large, "last"),
                        prompts(messages));
                for (int lines : new int[] {60, 80}) {
                    for (int line = 1; line <= lines; line++) {
                        String text = "\"Line " + line + " of " + lines + ".\"";
                        assertEquals(
                                1,
                                History.matching(
                                                messages,
                                                message -> History.type(message).equals("assistant")
                                                        && message.toString().contains(text))
                                        .size(),
                                text);
                    }
                }
                assertFalse(messages.toString().contains("s3cret"));
                client.deleteProjects();
            }
        }
    }

    @Test
    @DisplayName("X7 H5 an orderly stop keeps what waits, whether it ends the agents or leaves them")
    void survivesStops() throws Exception {
        try (Server started = new Server(directory.resolve("data")).set("LIMITS_EXECUTIONS_PER_MINUTE", "0")) {
            server = started.start();
            List<String> expected = new ArrayList<>();
            try (Client client = server.connect()) {
                project = client.create(
                        Files.createDirectories(directory.resolve("p")).toString());
                client.execute(project, "[[hang]]");
                expected.add(client.until("execute").at("/data/execution_id").asText());
                expected.add(queue(client, project, "[[slow lines=100 every=50ms]]"));
                expected.add(queue(client, project, "last"));
            }
            assertEquals(0, server.stop());

            server.set("SHUTDOWN_AGENTS", "keep").start();
            try (Client client = server.connect()) {
                client.send("project_join", project, Client.data().put("after_seq", 0));
                client.until(frame -> frame.get("type").asText().equals("project_state")
                        && frame.at("/data/execution_id").asText().equals(expected.get(1)));
                client.until("agent_message");
            }
            assertEquals(0, server.stop());

            server.set("SHUTDOWN_AGENTS", "stop").start();
            try (Client client = server.connect()) {
                awaitAllBegun(client, 3);
                List<JsonNode> messages = History.settled(client, project);
                assertEquals(expected, begun(messages));
                assertEquals(
                        List.of("IDLE", "IDLE", "IDLE"),
                        History.states(messages).stream()
                                .map(state ->
                                        History.content(state).get("state").asText())
                                .filter(state -> !state.equals("EXECUTING"))
                                .toList());
                assertFalse(Files.readString(metadata()).contains("queue."), "nothing of them is kept");
                client.deleteProjects();
            }
        }
    }
}
