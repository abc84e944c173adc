package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.failure;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in memory is what the stores know, whatever happens in between. */
class RosterTest {
    @TempDir
    Path directory;

    private final MemoryStores disk = new MemoryStores();
    private World world;

    @BeforeEach
    void begin() {
        world = new World(disk, directory);
    }

    @AfterEach
    void end() throws Exception {
        disk.failing = operation -> false;
        world.close();
    }

    /** From the n-th change of the stores on none works, as if the server had died there. */
    private static Predicate<String> deadFrom(int number) {
        AtomicInteger changes = new AtomicInteger();
        return operation -> changes.incrementAndGet() >= number;
    }

    private void runOnce(ProjectId project) throws Exception {
        get(world.execute(project));
        get(world.executor.next().end(Verdict.COMPLETED));
    }

    private static Set<ProjectId> ids(World world) {
        return world.projects.list().stream()
                .map(status -> status.project().id())
                .collect(Collectors.toSet());
    }

    private void assertAtOne(World present) {
        assertEquals(disk.projects.keySet(), ids(present));
        assertEquals(disk.projects.keySet(), disk.records.keySet());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName(
            "P1 P4 a crash anywhere in a delete leaves the project whole, or a removal that the next start finishes")
    void deleteCutShort(int step) throws Exception {
        ProjectId stays = world.create(directory, "stays");
        ProjectId goes = world.create(directory, "goes");
        runOnce(goes);
        List<String> before = world.recorded(goes);
        disk.failing = deadFrom(step);
        try {
            get(world.projects.delete(goes));
        } catch (SwitchboardException e) {
            assertEquals(1, step, "only what changed nothing is refused");
        }
        disk.failing = operation -> false;
        try (World next = new World(disk, directory)) {
            assertEquals(step == 1 ? Set.of(stays, goes) : Set.of(stays), ids(next));
            assertAtOne(next);
            assertEquals(step == 1 ? before : List.of(), next.recorded(goes));
        }
    }

    @Test
    @DisplayName("P1 S1 a delete while the log is away is finished when it is back; the directory is free at once")
    void deleteWithoutLog() throws Exception {
        ProjectId project = world.create(directory, "p");
        runOnce(project);
        world.removeLog();
        get(world.projects.delete(project));
        assertEquals(Set.of(), ids(world));
        assertFalse(disk.records.get(project).isEmpty());
        world.bringLogBack();
        assertEquals(Set.of(), ids(world));
        assertAtOne(world);
        assertTrue(!world.create(directory, "p").equals(project));
        assertAtOne(world);
    }

    @Test
    @DisplayName("P1 S1 a project that cannot be created leaves nothing behind, in memory or in the stores")
    void createInVain() throws Exception {
        String path = Files.createDirectories(directory.resolve("p")).toString();
        world.removeLog();
        failure(ErrorCode.STORAGE_UNAVAILABLE, world.projects.create(path, Optional.empty(), Optional.empty()));
        world.bringLogBack();
        assertAtOne(world);
        for (String operation : List.of("log.head", "registry.create")) {
            disk.failing = operation::equals;
            failure(ErrorCode.STORAGE_UNAVAILABLE, world.projects.create(path, Optional.empty(), Optional.empty()));
            disk.failing = none -> false;
            assertEquals(Set.of(), ids(world));
            assertAtOne(world);
        }
        world.create(directory, "p");
        assertAtOne(world);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @DisplayName("P1 P4 a crash anywhere in a create leaves a whole project or nothing at all")
    void createCutShort(int step) throws Exception {
        String path = Files.createDirectories(directory.resolve("p")).toString();
        disk.failing = deadFrom(step);
        try {
            get(world.projects.create(path, Optional.empty(), Optional.empty()));
            assertEquals(3, step);
        } catch (SwitchboardException e) {
            assertTrue(step < 3);
        }
        disk.failing = operation -> false;
        try (World next = new World(disk, directory)) {
            assertEquals(step < 3 ? 0 : 1, next.projects.list().size());
            assertAtOne(next);
        }
    }

    @Test
    @DisplayName("M2 messages that belong to no project are kept: its metadata may be in quarantine")
    void keepsStrayMessages() throws Exception {
        ProjectId project = world.create(directory, "p");
        runOnce(project);
        disk.projects.remove(project);
        try (World next = new World(disk, directory)) {
            assertEquals(Set.of(), ids(next));
            assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE"), next.recorded(project));
        }
    }

    @Test
    @DisplayName("S1 after a change of store there is no project that it does not know, and none missing")
    void followsTheRegistry() throws Exception {
        ProjectId stays = world.create(directory, "stays");
        ProjectId goes = world.create(directory, "goes");
        ProjectId busy = world.create(directory, "busy");
        ProjectId comes = ProjectId.random();
        Project known = disk.projects.get(stays);
        get(world.execute(busy));
        ScriptedExecutor.Turn turn = world.executor.next();
        world.removeLog();
        disk.projects.remove(goes);
        disk.projects.remove(busy);
        Path place = Files.createDirectories(directory.resolve("comes"));
        disk.projects.put(
                comes,
                new Project(
                        comes,
                        place.toString(),
                        place,
                        known.name(),
                        known.executor(),
                        known.sessionId(),
                        known.createdAt(),
                        known.lastActive(),
                        known.lastError(),
                        known.attributes()));
        world.bringLogBack();
        assertEquals(Set.of(stays, comes), ids(world));
        failure(ErrorCode.PROJECT_EXISTS, world.projects.create(place.toString(), Optional.empty(), Optional.empty()));
        await("told", () -> told(ExecutionEvent.Deleted.class).equals(Set.of(goes, busy)));
        assertEquals(1, turn.kills.get());
        assertTrue(told(ExecutionEvent.Changed.class).contains(comes));
        runOnce(comes);
        assertEquals(0, world.executions.stats().active());
    }

    private Set<ProjectId> told(Class<? extends ExecutionEvent> kind) {
        return world.events.stream()
                .filter(kind::isInstance)
                .map(ExecutionEvent::project)
                .collect(Collectors.toSet());
    }

    @Test
    @DisplayName(
            "P4 M2 a project whose log cannot be read is in ERROR and says so, harms no other, and comes back by itself")
    void unreadableLog() throws Exception {
        ProjectId good = world.create(directory, "good");
        ProjectId bad = world.create(directory, "bad");
        Execution lost = get(world.execute(bad));
        disk.unreadable.add(bad);
        try (World next = new World(disk, directory)) {
            FakeCustodian custodian = new FakeCustodian(bad, lost.id());
            next.custodian.set(custodian);
            next.executor.adopting();
            new Recovery(next.services, next.projects.roster()).run(custodian);
            ProjectStatus status = next.projects.status(bad);
            assertEquals(ProjectState.ERROR, status.state());
            assertEquals(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    status.project().lastError().orElseThrow().code());
            failure(ErrorCode.STORAGE_UNAVAILABLE, next.execute(bad));
            get(next.execute(good));
            get(next.executor.next().end(Verdict.COMPLETED));
            assertFalse(custodian.calls.contains("terminate agent-1"), "its agent works on until the log can be read");
            disk.unreadable.clear();
            get(next.executor.nextAdopted().turn().end(Verdict.COMPLETED));
            assertEquals(List.of("state:EXECUTING", "prompt", "state:IDLE"), next.recorded(bad));
            get(next.execute(bad));
            get(next.executor.next().end(Verdict.COMPLETED));
            assertEquals(ProjectState.IDLE, next.projects.status(bad).state());
            assertTrue(disk.projects.get(bad).lastError().isEmpty(), "what was wrong with the log is not kept");
        }
        world.executor.next().end(Verdict.DIED);
    }

    @Test
    @DisplayName("P4 a log that becomes unreadable, and one that can be read again, are told")
    void tellsUnreadableLog() throws Exception {
        ProjectId project = world.create(directory, "p");
        world.removeLog();
        disk.unreadable.add(project);
        world.bringLogBack();
        await("in ERROR", () -> world.projects.status(project).state() == ProjectState.ERROR);
        disk.unreadable.clear();
        await("IDLE again", () -> world.projects.status(project).state() == ProjectState.IDLE);
        await("told", () -> shown().equals(List.of(ProjectState.IDLE, ProjectState.ERROR, ProjectState.IDLE)));
        disk.unreadable.add(project);
        get(world.projects.delete(project));
        assertAtOne(world);
    }

    private List<ProjectState> shown() {
        return world.events.stream()
                .filter(ExecutionEvent.Changed.class::isInstance)
                .map(event -> ((ExecutionEvent.Changed) event).status().state())
                .toList();
    }

    @Test
    @DisplayName("P1 S1 creates and deletes against stores that come and go: memory and registry stay at one")
    void changesAgainstReloads() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread reloads = new Thread(() -> {
            while (!over.get()) {
                world.projects.roster().load();
            }
        });
        reloads.start();
        try {
            for (int i = 0; i < 20; i++) {
                ProjectId kept = world.create(directory, "kept" + i);
                CompletionStage<ProjectStatus> deleted = world.projects.delete(world.create(directory, "gone" + i));
                assertTrue(ids(world).contains(kept));
                get(deleted);
            }
        } finally {
            over.set(true);
            reloads.join();
        }
        assertEquals(20, ids(world).size());
        assertAtOne(world);
    }
}
