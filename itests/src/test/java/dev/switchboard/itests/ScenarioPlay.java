package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plays a scenario in a project of its own and holds against the table what is shown; against what was shown, what the log
 * holds and which state results; and sees to it that no process stays behind.
 */
final class ScenarioPlay implements AutoCloseable {
    private static final String FLUSHED = "flushed";
    private static final long GONE_SECONDS = 15;

    private final Server server;
    private final Path path;
    private final MockRelease release;
    private final boolean warm;
    private final List<JsonNode> frames = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private Client client;
    private String project;
    private Optional<String> session = Optional.empty();

    /** @param warm whether the server keeps processes for another turn */
    ScenarioPlay(Stage stage, MockRelease release, boolean warm) throws Exception {
        this.server = stage.server();
        this.path = stage.directory().toRealPath();
        this.release = release;
        this.warm = warm;
        release.rules(path);
    }

    Path path() {
        return path;
    }

    boolean isWarm() {
        return warm;
    }

    String project() {
        return project;
    }

    Client client() {
        return client;
    }

    Server server() {
        return server;
    }

    /** What was shown of the scenario. */
    List<JsonNode> frames() {
        return frames;
    }

    /** The first frame that is so in a word. */
    JsonNode frame(String word) {
        return frames.get(words.indexOf(word));
    }

    /** The texts of the agent, one behind the other. */
    String texts() {
        StringBuilder texts = new StringBuilder();
        for (int i = 0; i < frames.size(); i++) {
            if (words.get(i).equals("text")) {
                texts.append(frames.get(i).at("/data/message/content/0/text").asText());
            }
        }
        return texts.toString();
    }

    /** The session that the project has. */
    Optional<String> session() {
        return session;
    }

    void play(Scenario row) throws Exception {
        client = server.connect();
        project = client.create(path.toString());
        client.join(project);
        if (!row.isFirst()) {
            follow(run("hello"));
        }
        row.before().take(this, MissingNode.getInstance());
        String expected = row.expected(release, warm);
        execute(row.prompt(), row.options());
        hear(row, Scenario.ends(expected));
        assertTrue(
                Scenario.matches(expected, words),
                () -> row + "\n  expected " + expected + "\n  shown    " + String.join(" ", words)
                        + Frames.brief(frames));
        follow(frames);
        assertLogHoldsWhatWasShown();
        assertState(row);
        row.after().take(this, MissingNode.getInstance());
        assertIdle(run("hello again"));
        delete();
    }

    /** Prompts. */
    void execute(String prompt, JsonNode options) throws Exception {
        ObjectNode data = Client.data().put("prompt", prompt);
        data.set("options", options);
        client.send("execute", project, data);
    }

    /** A whole run without options. */
    List<JsonNode> run(String prompt) throws Exception {
        client.execute(project, prompt);
        return client.run();
    }

    static void assertIdle(List<JsonNode> run) {
        JsonNode last = run.get(run.size() - 1);
        assertEquals("IDLE", Frames.state(last), () -> Frames.brief(run));
        assertFalse(last.get("data").has("error_details"), () -> last.toString());
        assertFalse(last.get("data").has("limited_until"), () -> last.toString());
    }

    /** Takes down what is shown until so many runs are over and everything else is said. */
    private void hear(Scenario row, int ends) throws Exception {
        int left = ends;
        while (left > 0) {
            JsonNode frame = client.next();
            left -= Frames.isEnd(frame) ? 1 : 0;
            take(row, frame);
        }
        boolean more = true;
        while (more) {
            more = false;
            client.sendText(Stage.request("agent_kill", project, Client.data())
                    .put("request_id", FLUSHED)
                    .toString());
            for (JsonNode frame = client.next(); !isFlushed(frame); frame = client.next()) {
                more |= take(row, frame);
            }
        }
    }

    private static boolean isFlushed(JsonNode frame) {
        return frame.path("request_id").asText().equals(FLUSHED)
                && Frames.code(frame).equals("PROCESS_NOT_FOUND");
    }

    /** @return whether something was done about it */
    private boolean take(Scenario row, JsonNode frame) throws Exception {
        String word = Scenario.word(frame);
        boolean news = !words.contains(word);
        frames.add(frame);
        words.add(word);
        Optional<Scenario.Step> step = news ? row.step(word) : Optional.empty();
        if (step.isPresent()) {
            step.get().take(this, frame);
        }
        return step.isPresent();
    }

    /** Which session the conversation has by what the agent said last. */
    private void follow(List<JsonNode> shown) {
        for (JsonNode frame : shown) {
            String word = Scenario.word(frame);
            if (word.equals("init") || frame.at("/data/type").asText().equals("result")) {
                session = Optional.of(frame.at("/data/session_id").asText());
            }
        }
    }

    private void assertLogHoldsWhatWasShown() throws Exception {
        List<JsonNode> records = Frames.records(frames);
        List<JsonNode> log = History.whole(client, project);
        Frames.assertFollow(log.size() - records.size(), records);
        for (JsonNode record : records) {
            Arena.assertSame(record, log.get((int) Frames.seq(record) - 1));
        }
    }

    /** What somebody is told who comes later: how it ended, the session to go on with, and nothing that is over. */
    private void assertState(Scenario row) throws Exception {
        List<JsonNode> records = Frames.records(frames);
        JsonNode end = records.stream()
                .filter(Frames::isEnd)
                .reduce((before, last) -> last)
                .orElseThrow()
                .get("data");
        try (Client late = server.connect()) {
            late.send("project_join", project);
            JsonNode state = late.next("project_state").get("data");
            assertEquals("IDLE", state.get("state").asText());
            assertEquals(session.orElse(null), state.get("session_id").textValue());
            assertEquals(end.get("error_details"), state.get("error_details"));
            assertFalse(state.has("pending_permissions"), () -> state.toString());
            assertEquals(row.isLimited(), state.has("limited_until"), () -> state.toString());
            assertEquals(
                    Frames.seq(records.get(records.size() - 1)),
                    state.get("last_seq").asLong());
        }
        boolean failed = end.get("state").asText().equals("ERROR");
        assertEquals(failed, end.has("error_details"), () -> end.toString());
        if (failed) {
            String code = end.at("/error_details/code").asText();
            assertEquals(code, words.get(words.indexOf("ERROR") - 1));
        }
    }

    /** Deletes the project, with which everything ends that was begun in it. */
    private void delete() throws Exception {
        if (!warm) {
            awaitNobody();
        }
        client.send("project_delete", project);
        client.until("project_deleted");
        awaitNobody();
    }

    /** Waits until no process works in the project's directory. */
    void awaitNobody() throws Exception {
        Server.await(
                "no process is left in " + path,
                GONE_SECONDS,
                () -> Trees.processesIn(path).isEmpty());
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
