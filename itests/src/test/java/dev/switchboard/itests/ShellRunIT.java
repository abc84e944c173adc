package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs in the real shell while they last: seen as they happen, stopped from another shell, left by their client. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ShellRunIT {
    @TempDir
    private static Path directory;

    private static Server server;
    private static Shell shell;

    @BeforeAll
    static void start() throws Exception {
        server = new Server(directory.resolve("data")).start();
        shell = new Shell(server);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void create(String name) throws Exception {
        Path path = Files.createDirectory(directory.resolve(name));
        shell.print("switchboard:project-create --name " + name + " " + path);
    }

    private static String state(String project) throws Exception {
        return shell.run("switchboard:project-info --json " + project)
                .json()
                .get("state")
                .asText();
    }

    @ParameterizedTest
    @DisplayName("H6 X4 execute shows what the agent says while it runs; kill and interrupt end it from another shell")
    @CsvSource({"kill, Killed, killed", "interrupt, Interrupted, interrupted"})
    void streamsAndIsStopped(String command, String done, String how) throws Exception {
        create(command);
        // It says nothing more and does not end by itself: what is seen is seen while it runs.
        try (Shell.Running run = shell.start("switchboard:execute " + command + " '[[say text=begun]] [[hang]]'")) {
            assertEquals("begun", run.line());
            assertEquals("EXECUTING", state(command));
            String stopped = shell.print("switchboard:" + command + " " + command);
            assertTrue(stopped.matches(done + " run [0-9a-f-]{36}\n"), stopped);
            Shell.Outcome end = run.end();
            assertEquals(1, end.status(), end.toString());
            assertEquals("Error: the run was " + how + "\n", end.err());
        }
        assertEquals("IDLE", state(command));
        assertTrue(shell.print("switchboard:execute " + command + " hello").contains("hello"), "it goes on");
    }

    @Test
    @DisplayName(
            "H6 X3 failed and refused runs have status 1, as text with a line that says why, as JSON with frames only")
    void failsWithTheRun() throws Exception {
        create("failing");
        for (String prompt : List.of("[[crash code=3]]", "[[api-error status=500]]", "[[exit code=0]]")) {
            Shell.Outcome text = shell.run("switchboard:execute failing '" + prompt + "'");
            assertEquals(1, text.status(), prompt + ": " + text);
            assertEquals(1, text.err().lines().count(), prompt + ": " + text.err());
            assertTrue(text.err().startsWith("Error: the run failed: "), prompt + ": " + text.err());
        }
        Shell.Outcome json = shell.run("switchboard:execute --json failing '[[crash code=3]]'");
        assertEquals(1, json.status(), json.toString());
        assertEquals("", json.err());
        assertTrue(
                json.frames().stream()
                        .anyMatch(frame -> frame.get("type").asText().equals("error")),
                json.out());
        try (Shell.Running run = shell.start("switchboard:execute failing '[[say text=begun]] [[hang]]'")) {
            assertEquals("begun", run.line());
            Shell.Outcome second = shell.run("switchboard:execute failing hello");
            assertEquals(1, second.status(), second.toString());
            assertTrue(second.err().startsWith("Error: "), second.err());
            JsonNode killed = shell.run("switchboard:kill --json failing").json();
            assertEquals("killed", killed.get("status").asText());
            assertEquals(1, run.end().status());
        }
    }

    @Test
    @DisplayName("H6 C2 log -f shows what comes, and ends with its client")
    void followsTheLog() throws Exception {
        create("followed");
        shell.print("switchboard:execute followed first");
        try (Shell.Running text = shell.start("switchboard:log -f -n 1 followed");
                Shell.Running json = shell.start("switchboard:log -f --json -n 1 followed")) {
            assertTrue(text.line().endsWith("[state] IDLE"));
            long last = Client.JSON.readTree(json.line()).get("seq").asLong();
            shell.print("switchboard:execute followed second");
            text.until("You said: second");
            text.until("[state] IDLE");
            JsonNode frame;
            do {
                frame = Client.JSON.readTree(json.line());
                assertEquals(++last, frame.get("seq").asLong(), "no hole");
            } while (!Client.stateOf(frame).orElse("").equals("IDLE"));
            assertTrue(threads().contains("switchboard:log"), "the test would notice");
        }
        awaitEndOf("switchboard:log");
        assertTrue(shell.print("switchboard:log -n 1 followed").endsWith("[state] IDLE\n"));
    }

    @Test
    @DisplayName("H6 C2 log -f ends when its project is deleted")
    void endsWithTheProject() throws Exception {
        create("shortlived");
        try (Shell.Running log = shell.start("switchboard:log -f shortlived")) {
            // There is nothing to be seen of an empty log, so the command is looked for.
            Server.await("log -f follows", 60, () -> threads().contains("pipe-switchboard:log"));
            shell.print("switchboard:execute shortlived hello");
            log.until("[state] IDLE");
            shell.print("switchboard:project-delete shortlived");
            assertEquals(0, log.end().status());
        }
    }

    @Test
    @DisplayName("H6 C2 a client that goes ends execute, but not the run")
    void leavesTheRunAlone() throws Exception {
        create("abandoned");
        try (Shell.Running run = shell.start("switchboard:execute abandoned '[[say text=begun]] [[hang]]'")) {
            assertEquals("begun", run.line());
        }
        goesOnAlone("abandoned");
        // The same at a terminal.
        try (Shell.Running terminal = shell.open()) {
            terminal.type("switchboard:execute abandoned '[[args]] [[hang]]'\n");
            // What the agent says, and nobody has typed: the terminal shows that too, once or twice, and in colours.
            terminal.until("--output-format");
        }
        goesOnAlone("abandoned");
    }

    private static void goesOnAlone(String project) throws Exception {
        awaitEndOf("switchboard:execute");
        assertEquals("EXECUTING", state(project));
        shell.print("switchboard:kill " + project);
        String log = shell.print("switchboard:log -n 1 " + project);
        assertTrue(log.contains("[killed]"), log);
    }

    @Test
    @DisplayName("H6 X7 chat: prompts, what the agent says, its questions, modes and Ctrl-C, at a terminal over SSH")
    void talksWithTheAgent() throws Exception {
        create("talked");
        try (Shell.Running terminal = shell.open()) {
            terminal.type("switchboard:chat talked\n");
            terminal.until("/help tells what there is");
            terminal.type("Hello there\r");
            terminal.until("You said: Hello there");
            terminal.until("[done]");
            terminal.type("[[ask tool=Write path=a.txt content=yes]]\r");
            terminal.until("asks to use Write");
            terminal.type("what?\r");
            terminal.until("the agent waits for an answer");
            terminal.type("y\r");
            terminal.until("[permission] allow by switchboard");
            terminal.until("[done]");
            assertEquals("yes", Files.readString(directory.resolve("talked/a.txt")));
            terminal.type("[[ask tool=Write path=b.txt content=no]]\r");
            terminal.until("asks to use Write");
            terminal.type("deny not that\r");
            terminal.until("[permission] deny by switchboard");
            terminal.until("[done]");
            terminal.type("\t\t[[plan text=soon]]\r"); // the mode plan
            terminal.until("asks to use ExitPlanMode");
            terminal.type("n\r");
            terminal.until("[done]");
            terminal.type("/mode default\r[[slow lines=1 every=10ms]] [[hang]]\r");
            terminal.until("Line 1"); // what the agent says, which the echo of the prompt does not
            terminal.type("\u0003");
            terminal.until("[interrupted]");
            terminal.type("/raw\rHello raw\r");
            terminal.until("\"type\":\"agent_message\"");
            terminal.type("/frob\r");
            terminal.until("there is no /frob");
            terminal.type("\u0004");
            terminal.type("logout\n");
            terminal.end();
        }
        assertFalse(Files.exists(directory.resolve("talked/b.txt")), "it was denied");
        assertEquals("IDLE", state("talked"));
    }

    @Test
    @DisplayName("H6 C2 a client that goes ends chat, but not the run")
    void leavesTheConversation() throws Exception {
        create("hungup");
        try (Shell.Running terminal = shell.open()) {
            terminal.type("switchboard:chat hungup\n");
            terminal.until("/help tells what there is");
            terminal.type("[[args]] [[hang]]\r");
            terminal.until("--output-format");
        }
        awaitEndOf("switchboard:chat");
        assertEquals("EXECUTING", state("hungup"));
        JsonNode interrupted = shell.run("switchboard:interrupt --json hungup").json();
        assertEquals("interrupted", interrupted.get("status").asText());
    }

    private static String threads() {
        try {
            return shell.print("shell:threads --list");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Nothing of a command is left in the server: the shell names its threads after what they run. */
    private static void awaitEndOf(String command) throws InterruptedException {
        Server.await("no thread runs " + command, 60, () -> !threads().contains("pipe-" + command));
    }
}
