package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A short tour of a server: a conversation, a question that is answered, a kill, the shell. */
final class Tour {
    /** What is looked at while an agent is in the midst of a turn. */
    interface Look {
        /** @param processes the agent's, and those that it started */
        void at(List<Long> processes) throws Exception;
    }

    private Tour() {}

    /**
     * Takes it.
     *
     * @param path of the project, which is made and deleted again
     */
    static void take(Server server, Path path, Look look) throws Exception {
        try (Client client = server.connect()) {
            String project = client.create(path.toString());
            client.join(project);
            client.execute(project, "remember the number 42");
            ScenarioPlay.assertIdle(client.run());
            client.execute(project, "which number?");
            List<JsonNode> second = client.run();
            ScenarioPlay.assertIdle(second);
            assertTrue(second.toString().contains("remember the number 42"), () -> Frames.brief(second));

            client.send(
                    "execute",
                    project,
                    Client.data()
                            .put("prompt", "[[ask tool=Write path=a.txt content=hello]]")
                            .set("options", Client.data().put("ask", "remote")));
            JsonNode question = client.until("permission_request");
            client.send(
                    "permission_response",
                    project,
                    Client.data().put("decision", "allow").set("permission_id", question.at("/data/permission_id")));
            ScenarioPlay.assertIdle(client.rest());
            assertEquals("hello", Files.readString(path.resolve("a.txt")));

            client.execute(project, "[[tree depth=2 width=2 life=60s]] [[hang]]");
            client.until(frame -> Scenario.word(frame).equals("tool_result"));
            List<Long> processes = Trees.processesIn(path);
            assertTrue(processes.size() > 2, processes::toString);
            look.at(processes);
            client.send("agent_kill", project);
            ScenarioPlay.assertIdle(client.rest());
            client.until("execution_killed");

            client.send("project_delete", project);
            client.until("project_deleted");
            Server.await(
                    "nothing is left of it", 15, () -> Trees.processesIn(path).isEmpty());
        }
        Server.Outcome projects = server.command("shell", "switchboard:project-list --json");
        assertEquals(0, projects.status(), projects.output());
        assertFalse(projects.output().contains(path.toString()), projects.output());
    }
}
