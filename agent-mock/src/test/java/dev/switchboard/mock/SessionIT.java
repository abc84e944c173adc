package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D5 Sessions on disk: new, resumed, forked, refused")
class SessionIT extends MockTestBase {

    private static final String ID = "63f1aa08-130d-4683-98de-0dd234fc4cdb";
    private static final String OTHER = "11111111-2222-4333-8444-555555555555";

    private Path fileOf(String id) {
        return config.resolve("projects")
                .resolve(cwd.toString().replace('/', '-').replace('.', '-'))
                .resolve(id + ".jsonl");
    }

    private String answer(String prompt, String... options) {
        MockProcess process = runPrompt(prompt, options);
        JsonObject result = process.awaitResult();
        assertEquals(0, process.exitCode());
        return result.string("session_id") + " " + result.string("result");
    }

    @Test
    void aSessionIsAFileThatOnlyItsOwnerReads() throws IOException {
        assertTrue(answer("hello", "--session-id", ID).startsWith(ID));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(fileOf(ID))));
    }

    @Test
    void anIdCanBeNewOnlyOnce() {
        answer("hello", "--session-id", ID);
        MockProcess again = runPrompt("hello", "--session-id", ID);
        assertEquals(List.of(), again.rest());
        assertEquals("Error: Session ID " + ID + " is already in use.\n", again.stderr());
        assertEquals(1, again.exitCode());
    }

    @Test
    void resumeKeepsTheIdRemembersAndCountsOn() {
        answer("my name is Ada", "--session-id", ID);
        MockProcess process = runPrompt("who am I?", "--resume", ID);
        JsonObject result = process.awaitResult();
        assertEquals(ID, result.string("session_id"));
        assertTrue(result.string("result").contains("turn 2")
                && result.string("result").contains("my name is Ada"));
        assertEquals("0.00088", result.get("total_cost_usd").toString());
        environment.put("SWITCHBOARD_MOCK_VERSION", "2.1.197");
        assertEquals(
                "0.00044",
                runPrompt("again", "--resume", ID)
                        .awaitResult()
                        .get("total_cost_usd")
                        .toString());
    }

    @Test
    void resumeOfAnUnknownIdFailsBeforeAnything() {
        MockProcess process = stream("--resume", OTHER);
        List<JsonObject> lines = process.rest();
        assertEquals(List.of("result/error_during_execution"), process.kinds());
        assertEquals(
                List.of("No conversation found with session ID: " + OTHER),
                lines.get(0).list("errors"));
        assertEquals(OTHER, lines.get(0).string("session_id"));
        assertFalse(lines.get(0).has("result"));
        assertEquals("No conversation found with session ID: " + OTHER + "\n", process.stderr());
        assertEquals(1, process.exitCode());
        MockProcess json = run("-p", "--output-format", "json", "--resume", OTHER, "hi");
        assertEquals("", json.restText());
        assertEquals(1, json.exitCode());
    }

    @Test
    void aTornLastLineIsToleratedAndGarbageIsNoSession() throws IOException {
        answer("hello", "--session-id", ID);
        Files.writeString(fileOf(ID), "{\"type\":\"user\",\"te", StandardOpenOption.APPEND);
        assertTrue(answer("hello again", "--resume", ID).contains("turn 2"));
        Files.writeString(fileOf(OTHER), "garbage");
        assertEquals(1, runPrompt("hello", "--resume", OTHER).exitCode());
        assertEquals(1, runPrompt("hello", "--session-id", OTHER).exitCode());
    }

    @Test
    void aForkLeavesTheOriginalAlone() {
        answer("one", "--session-id", ID);
        assertTrue(answer("two", "--resume", ID, "--fork-session", "--session-id", OTHER)
                .startsWith(OTHER));
        String forked = answer("two", "--resume", ID, "--fork-session");
        assertTrue(forked.contains("turn 2") && !forked.startsWith(ID) && !forked.startsWith(OTHER), forked);
        assertTrue(answer("three", "--resume", ID).contains("turn 2"));
        assertTrue(answer("three", "--resume", OTHER).contains("turn 3"));
    }

    @Test
    void continueTakesTheMostRecentOfThisDirectoryAndNoId() throws IOException {
        assertTrue(answer("first ever", "-c").contains("turn 1"));
        answer("a", "--session-id", ID);
        answer("b", "--session-id", OTHER);
        Files.setLastModifiedTime(fileOf(ID), FileTime.fromMillis(4_000_000_000_000L));
        MockProcess process = run("-p", "--output-format", "stream-json", "--verbose", "the prompt", "-c", OTHER);
        JsonObject result = process.awaitResult();
        assertEquals(ID, result.string("session_id"));
        assertTrue(result.string("result").startsWith("You said: the prompt"));
    }

    @Test
    void theCurrentReleaseFindsSessionsOfOtherDirectories() throws IOException {
        answer("hello", "--session-id", ID);
        cwd = Files.createDirectories(scratch.toRealPath().resolve("elsewhere"));
        assertTrue(answer("and here?", "--resume", ID).startsWith(ID));
        environment.put("SWITCHBOARD_MOCK_VERSION", "2.1.197");
        cwd = Files.createDirectories(scratch.toRealPath().resolve("third"));
        assertEquals(1, runPrompt("and here?", "--resume", ID).exitCode());
    }

    @Test
    void newSessionsHaveDifferentIdsAndPersistenceCanBeOff() {
        String first = answer("hello").substring(0, 36);
        String second = answer("hello").substring(0, 36);
        assertNotEquals(first, second);
        answer("hello", "--session-id", ID, "--no-session-persistence");
        assertFalse(Files.exists(fileOf(ID)));
    }

    @Test
    void aSessionOutlivesAKillInItsFirstTurn() {
        MockProcess process = stream("--session-id", ID);
        process.say("[[hang]]");
        process.await("system/init");
        process.signal("KILL");
        process.exitCode();
        assertTrue(answer("hello", "--resume", ID).contains("turn 2"));
    }

    @Test
    void anUnwritableHomeIsNoReasonToFail() {
        environment.put("CLAUDE_CONFIG_DIR", "/proc/nowhere");
        assertTrue(answer("hello").contains("You said: hello"));
        environment.remove("CLAUDE_CONFIG_DIR");
        environment.remove("HOME");
        environment.put("CLAUDE_CONFIG_DIR", config.toString());
        assertTrue(answer("hello").contains("You said: hello"));
    }
}
