package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What is done and looked at while scenarios are played. */
final class ScenarioSteps {
    private ScenarioSteps() {}

    /** A request without data. */
    static Scenario.Step send(String type) {
        return (play, frame) -> play.client().send(type, play.project());
    }

    static Scenario.Step execute(String prompt) {
        return (play, frame) -> play.client().execute(play.project(), prompt);
    }

    /**
     * Answers a question.
     *
     * @param fields of the answer beside {@code permission_id}; apostrophes stand for quotation marks
     */
    static Scenario.Step answer(String fields) {
        return (play, question) -> {
            ObjectNode answer = (ObjectNode) Client.JSON.readTree(fields.replace('\'', '"'));
            answer.set("permission_id", question.at("/data/permission_id"));
            play.client().send("permission_response", play.project(), answer);
        };
    }

    /** Answers with the question's own input, into which something is put. */
    static Scenario.Step allowWith(String field, String json) {
        return (play, question) -> {
            ObjectNode input = question.at("/data/input").deepCopy();
            input.set(field, Client.JSON.readTree(json.replace('\'', '"')));
            ObjectNode answer = Client.data().put("decision", "allow");
            answer.set("permission_id", question.at("/data/permission_id"));
            answer.set("updated_input", input);
            play.client().send("permission_response", play.project(), answer);
        };
    }

    /** All sessions are gone from the disk. */
    static Scenario.Step forgetSessions() {
        return (play, frame) -> {
            String folder = play.path().toString().replace('/', '-').replace('.', '-');
            Path sessions = play.server().dataDir().resolve(".claude/projects").resolve(folder);
            assertTrue(Files.isDirectory(sessions), () -> sessions.toString());
            Trees.delete(sessions);
        };
    }

    /** The agent has said this. */
    static Scenario.Step says(String text) {
        return (play, frame) -> assertTrue(play.texts().contains(text), play::texts);
    }

    /** It is in something that was shown. */
    static Scenario.Step contains(String text) {
        return (play, frame) ->
                assertTrue(play.frames().toString().contains(text), () -> text + " in" + Frames.brief(play.frames()));
    }

    /** An empty file in the project's directory, for which the agent may wait. */
    static Scenario.Step makes(String file) {
        return (play, frame) -> Files.createFile(play.path().resolve(file));
    }

    /** The server's log says this of the project. */
    static Scenario.Step logged(String text) {
        return (play, frame) -> Server.await("the log says: " + text, 20, () -> {
            try (Stream<String> lines = Files.lines(play.server().dataDir().resolve("log/switchboard.log"))) {
                return lines.anyMatch(line -> line.contains(text) && line.contains(play.project()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static Scenario.Step wrote(String file, String content) {
        return (play, frame) ->
                assertEquals(content, Files.readString(play.path().resolve(file)));
    }

    static Scenario.Step didNotWrite(String file) {
        return (play, frame) -> assertFalse(Files.exists(play.path().resolve(file)));
    }

    /** How a run failed that was not a success. */
    static Scenario.Step failed(String text) {
        return (play, frame) -> {
            JsonNode error = play.frame("EXECUTION_FAILED").get("data");
            assertTrue(error.get("message").asText().contains(text), () -> error.toString());
        };
    }

    /** How a run failed whose process ended. */
    static Scenario.Step died(int code, String stderr) {
        return (play, frame) -> {
            JsonNode details = play.frame("EXECUTION_FAILED").at("/data/details");
            assertEquals(code, details.path("exit_code").asInt(-1), () -> details.toString());
            assertTrue(details.get("stderr_tail").asText().contains(stderr), () -> details.toString());
        };
    }

    /** One after the other. */
    static Scenario.Step both(Scenario.Step one, Scenario.Step other) {
        return (play, frame) -> {
            one.take(play, frame);
            other.take(play, frame);
        };
    }
}
