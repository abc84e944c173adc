package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.failure;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentSession;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.Prompt;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which session the next run continues, and what the log tells of those that there were. */
class SessionsTest {
    @TempDir
    Path directory;

    private World world;
    private ProjectId project;

    @BeforeEach
    void begin() throws Exception {
        world = new World(new MemoryStores(), directory);
        project = world.create(directory, "p");
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private ScriptedExecutor.Turn start(String prompt) throws Exception {
        String json = "\"" + prompt + "\"";
        get(world.executions.execute(new ExecutionRequest(
                project, new Prompt(Content.of(json), prompt), ExecutionOptions.none(), World.OPERATOR, false)));
        return world.executor.next();
    }

    private static AgentEvent session(String id) {
        return new AgentEvent.SessionChanged(id);
    }

    private static AgentEvent line(String type, String json) {
        return new AgentEvent.Line(type, Content.of(json), Optional.empty());
    }

    private static AgentEvent result(String session, String cost) {
        return line("result", "{\"session_id\":\"" + session + "\",\"total_cost_usd\":" + cost + "}");
    }

    private Optional<String> saved() {
        return world.disk.projects.get(project).sessionId();
    }

    private void assertNextContinues(World present, String session) throws Exception {
        get(present.execute(project));
        ScriptedExecutor.Turn turn = present.executor.next();
        assertEquals(new SessionChoice(Optional.of(session), false), turn.launch.session());
        get(turn.end(Verdict.COMPLETED));
    }

    @Test
    @DisplayName("X6 of several ids within a run the newest is kept, each as soon as it is seen")
    void newestCounts() throws Exception {
        ScriptedExecutor.Turn turn = start("hello");
        for (String id : List.of("s1", "s2", "s1", "s3")) {
            get(turn.on(session(id)));
            assertEquals(Optional.of(id), saved());
        }
        get(turn.end(Verdict.COMPLETED));
        assertNextContinues(world, "s3");
        assertEquals(
                4,
                world.recorded(project).stream()
                        .filter("project_update"::equals)
                        .count());
    }

    @Test
    @DisplayName("X6 however a run ends, the next one continues its session; so does one of the next server")
    void survivesEnds() throws Exception {
        ScriptedExecutor.Turn died = start("one");
        get(died.on(session("died")));
        get(died.end(Verdict.DIED));
        assertNextContinues(world, "died");

        ScriptedExecutor.Turn killed = start("two");
        get(killed.on(session("killed")));
        get(world.executions.kill(project, "ann"));
        assertNextContinues(world, "killed");

        ScriptedExecutor.Turn lost = start("three");
        get(lost.on(session("lost")));
        try (World next = new World(world.disk, directory)) {
            assertNextContinues(next, "lost");
        }
        lost.end(Verdict.DIED);
    }

    @Test
    @DisplayName("X6 a run that fails before it has a session leaves the one before as it was")
    void keepsWithoutNews() throws Exception {
        ScriptedExecutor.Turn turn = start("hello");
        get(turn.on(session("s1"), ScriptedExecutor.Turn.ended(Verdict.COMPLETED)));
        world.executor.failure = new IllegalStateException("on purpose");
        get(world.execute(project));
        await("failed", () -> world.projects.status(project).state() == ProjectState.ERROR);
        world.executor.failure = null;
        assertNextContinues(world, "s1");
    }

    @Test
    @DisplayName(
            "X6 a fork is made once: by the run that begins it, not by the ones after; a choice survives a restart")
    void forksOnce() throws Exception {
        ScriptedExecutor.Turn turn = start("hello");
        get(turn.on(session("s1"), ScriptedExecutor.Turn.ended(Verdict.COMPLETED)));
        get(world.executions.newSession(project, new SessionChoice(Optional.of("s1"), true), "ann"));
        try (World next = new World(world.disk, directory)) {
            get(next.execute(project));
            ScriptedExecutor.Turn forked = next.executor.next();
            assertEquals(new SessionChoice(Optional.of("s1"), true), forked.launch.session());
            get(forked.on(session("s2"), ScriptedExecutor.Turn.ended(Verdict.COMPLETED)));
            assertNextContinues(next, "s2");
        }
    }

    @Test
    @DisplayName("X6 a new session needs the log: without it nothing is changed")
    void newSessionWithoutLog() throws Exception {
        ScriptedExecutor.Turn turn = start("hello");
        get(turn.on(session("s1"), ScriptedExecutor.Turn.ended(Verdict.COMPLETED)));
        world.removeLog();
        failure(ErrorCode.STORAGE_UNAVAILABLE, world.executions.newSession(project, SessionChoice.fresh(), "ann"));
        assertEquals(Optional.of("s1"), saved());
        assertEquals(List.of(), world.executor.forgotten);
        world.bringLogBack();
        get(world.executions.newSession(project, SessionChoice.fresh(), "ann"));
        assertEquals(Optional.empty(), saved());
    }

    @Test
    @DisplayName("X6 the log tells each session with its first prompt, its records and its cost, the last used first")
    void history() throws Exception {
        ScriptedExecutor.Turn first = start("the first prompt");
        get(first.on(
                session("s1"),
                line("user", "{\"prompt\":\"a tool's result, which is of type user too\"}"),
                result("s1", "0.25"),
                ScriptedExecutor.Turn.ended(Verdict.COMPLETED)));
        ScriptedExecutor.Turn second = start("the second prompt");
        get(second.on(result("s1", "0.50"), ScriptedExecutor.Turn.ended(Verdict.COMPLETED)));
        get(world.executions.newSession(project, SessionChoice.fresh(), "ann"));
        ScriptedExecutor.Turn third = start("x".repeat(500));
        get(third.on(session("s2"), ScriptedExecutor.Turn.ended(Verdict.DIED)));

        List<AgentSession> sessions = world.projects.sessions(project);
        assertEquals(
                List.of("s2", "s1"), sessions.stream().map(AgentSession::id).toList());
        AgentSession newest = sessions.get(0);
        assertTrue(newest.firstPrompt().length() < 200 && newest.firstPrompt().endsWith("…"), newest.firstPrompt());
        assertEquals(Optional.empty(), newest.costUsd());
        AgentSession oldest = sessions.get(1);
        assertEquals("the first prompt", oldest.firstPrompt());
        assertEquals(0, oldest.costUsd().orElseThrow().compareTo(new BigDecimal("0.5")), "the last word counts");
        assertTrue(oldest.firstSeq() < oldest.lastSeq() && oldest.lastSeq() < newest.firstSeq());
        assertEquals(List.of(), world.projects.sessions(world.create(directory, "q")));
    }
}
