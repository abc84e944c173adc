package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RestartIT {
    @TempDir
    private Path directory;

    @Test
    @DisplayName(
            "P4 X6 M2 after a stop, a kill in idle and a kill in a run: projects, sessions and messages are there, nobody is stuck")
    void survives() throws Exception {
        Path path = Files.createDirectories(directory.resolve("project"));
        try (Server server = new Server(directory.resolve("data"))) {
            server.start();
            String project;
            List<JsonNode> history;
            JsonNode before;
            try (Client client = server.connect()) {
                project = client.create(path.toString());
                client.join(project);
                client.execute(project, "remember the number 42");
                client.run();
                before = state(client, project);
                history = history(client, project);
            }
            assertEquals(0, server.stop());
            server.start();
            try (Client client = server.connect()) {
                assertEquals(before, state(client, project));
                assertEquals(history, history(client, project));
            }
            server.kill();
            server.start();
            try (Client client = server.connect()) {
                assertEquals(before, state(client, project));
                assertEquals(history, history(client, project));
                client.join(project);
                client.execute(project, "which number? [[slow lines=200 every=50ms]]");
                client.until(frame -> frame.path("seq").asLong() > history.size() + 6);
            }
            server.kill();
            server.start();
            try (Client client = server.connect()) {
                List<JsonNode> after = settled(client, project);
                assertEquals(history, after.subList(0, history.size()));
                for (int i = 0; i < after.size(); i++) {
                    assertEquals(i + 1, after.get(i).get("seq").asLong());
                }
                assertTrue(after.size() > history.size() + 6, "what was shown is there");
                client.join(project);
                client.execute(project, "and now?");
                List<JsonNode> run = client.run();
                assertEquals("IDLE", Client.stateOf(run.get(run.size() - 1)).orElseThrow());
                assertTrue(run.toString().contains("which number?"), "it goes on in the same session");
                client.deleteProjects();
            }
            Server.await(
                    "no process of an agent is left",
                    10,
                    () -> server.agentProcesses().isEmpty());
        }
    }

    private static JsonNode state(Client client, String project) throws Exception {
        client.send("project_list", Client.data());
        JsonNode projects = client.next("project_list").get("data").get("projects");
        assertEquals(1, projects.size());
        assertEquals(project, projects.get(0).get("id").asText());
        assertEquals("IDLE", projects.get(0).get("state").asText());
        ((ObjectNode) projects.get(0)).remove("metadata");
        return projects.get(0);
    }

    private static List<JsonNode> history(Client client, String project) throws Exception {
        client.send("get_messages", project, Client.data().put("limit", 1000));
        List<JsonNode> messages = new ArrayList<>();
        client.next("get_messages").get("data").get("messages").forEach(messages::add);
        return messages;
    }

    /** The history once the run that the server was killed in has been ended. */
    private static List<JsonNode> settled(Client client, String project) throws Exception {
        List<JsonNode> messages = history(client, project);
        for (int i = 0; i < 500 && !ended(messages); i++) {
            TimeUnit.MILLISECONDS.sleep(20);
            messages = history(client, project);
        }
        assertTrue(ended(messages), "the last record is " + messages.get(messages.size() - 1));
        return messages;
    }

    private static boolean ended(List<JsonNode> messages) {
        JsonNode last = messages.get(messages.size() - 1).get("message");
        return last.get("type").asText().equals("project_state")
                && !last.get("content").get("state").asText().equals("EXECUTING");
    }
}
