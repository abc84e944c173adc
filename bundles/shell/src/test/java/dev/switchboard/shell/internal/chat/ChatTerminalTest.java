package dev.switchboard.shell.internal.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionEvent.Changed.Kind;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.Direction;
import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.FakeExecutions;
import dev.switchboard.shell.internal.FakeServer;
import dev.switchboard.shell.internal.Runs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
@DisplayName("H6 X7 a conversation at a terminal in memory")
class ChatTerminalTest {
    private final FakeServer server = new FakeServer();
    private final ProjectId project =
            server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
    private final FakeExecutions executions = new FakeExecutions(server, run -> {});
    private final PipedOutputStream keys = new PipedOutputStream();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private volatile boolean left;
    private Terminal terminal;
    private CompletableFuture<Void> chat;

    @BeforeEach
    void begin() throws IOException {
        server.execution = Optional.of(executions);
        server.record(Direction.CLAUDE, "assistant", Runs.says("from before"));
        terminal = new ExternalTerminal("test", "ansi", new PipedInputStream(keys), screen, StandardCharsets.UTF_8);
        Chat talk = new Chat(server, () -> server, "anna", false, () -> left);
        chat = CompletableFuture.runAsync(() -> talk.run(terminal, project, 5));
        until("from before");
        until("[one | idle | default] > ");
    }

    @AfterEach
    void end() throws Exception {
        keys.close();
        terminal.close();
    }

    private void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    private String seen() {
        return screen.toString(StandardCharsets.UTF_8);
    }

    private void until(String text) {
        await("\"" + text + "\" is shown", () -> seen().contains(text));
    }

    private void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("still not so: " + what + "; seen:\n" + seen());
            }
            Thread.onSpinWait();
        }
    }

    private void changed(Optional<ExecutionId> run) {
        ProjectStatus before = server.status(project);
        ProjectStatus after = server.replace(before, before.project(), List.of(), run);
        server.tell(new ExecutionEvent.Changed(after, Kind.STATE));
    }

    private void ends() throws Exception {
        chat.get(10, TimeUnit.SECONDS);
        await("nobody listens any longer", server.listeners::isEmpty);
    }

    @Test
    void linesAreTypedAndWhatComesIsPrinted() throws Exception {
        type("say \"it's 5!! \\ o'clock\r");
        await("it was sent", () -> executions.requests.size() == 1);
        assertEquals(
                "say \"it's 5!! \\ o'clock", executions.requests.get(0).prompt().text());
        server.tell(Runs.recorded(
                project, server.record(Direction.CLAUDE, "assistant", Runs.says("five \\u001b]0;title\\u0007"))));
        until("five \ufffd]0;title\ufffd");
        type("\u0004");
        ends();
    }

    @Test
    void tabOnAnEmptyLineChoosesTheModeAndElsewhereCompletes() throws Exception {
        type("\t");
        until("acceptEdits"); // only what differs is drawn
        type("\t");
        until("plan");
        type("think\r");
        await("it was sent", () -> executions.requests.size() == 1);
        assertEquals(Optional.of("plan"), executions.requests.get(0).options().permissionMode());
        type("/mo\t default\r");
        type("act\r");
        await("it was sent", () -> executions.requests.size() == 2);
        assertEquals(
                Optional.of("default"), executions.requests.get(1).options().permissionMode());
        type("/qui\t\r");
        ends();
    }

    @Test
    void ctrlCInterruptsTheRunAndTheLineShowsTheState() throws Exception {
        ExecutionId id = ExecutionId.random();
        executions.active = Optional.of(Runs.started(id, project, 1));
        changed(Optional.of(id));
        until("working");
        type("\u0003");
        await("it was interrupted", () -> executions.stops.equals(List.of("interrupt by anna")));
        assertFalse(chat.isDone());
        type("\u0004");
        ends();
    }

    @Test
    void aClientThatGoesEndsItAndNotTheRun() throws Exception {
        ExecutionId id = ExecutionId.random();
        executions.active = Optional.of(Runs.started(id, project, 1));
        changed(Optional.of(id));
        left = true;
        server.tell(new ExecutionEvent.Changed(server.status(project), Kind.ATTENTION));
        ends();
        assertEquals(List.of(), executions.stops);
    }

    @Test
    void itEndsWithTheProject() throws Exception {
        server.tell(new ExecutionEvent.Deleted(server.status(project)));
        ends();
        assertTrue(seen().contains("(the project was deleted)"), seen());
    }
}
