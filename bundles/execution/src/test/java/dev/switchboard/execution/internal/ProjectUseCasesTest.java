package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.failure;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ProjectChange;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.ProjectId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectUseCasesTest {
    @TempDir
    Path directory;

    private World world;

    @BeforeEach
    void begin() {
        world = new World(new MemoryStores(), directory);
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private CompletionStage<ProjectStatus> create(String path) {
        return world.projects.create(path, Optional.empty(), Optional.empty());
    }

    @ParameterizedTest
    @DisplayName("P2 paths that no project may have")
    @ValueSource(
            strings = {
                "",
                "relative",
                "./x",
                "~",
                "~/x",
                "/",
                "/etc",
                "/etc/ssl",
                "/proc",
                "/sys",
                "/dev",
                "/usr",
                "/usr/local",
                "/lib",
                "/bin",
                "/sbin",
                "/run",
                "/tmp/../tmp",
                "/does/not/exist",
                "/tmp/a\u0000b",
                "/tmp/a\nb",
                "/tmp/a\u001bb"
            })
    void refusesPaths(String path) throws Exception {
        failure(ErrorCode.INVALID_PATH, create(path));
    }

    @Test
    @DisplayName("P2 errors of the original protocol keep the words that its clients look for")
    void keepsTheWords() throws Exception {
        assertTrue(
                failure(ErrorCode.INVALID_PATH, create("relative")).getMessage().contains("absolute"));
        assertTrue(failure(ErrorCode.INVALID_PATH, create("~/x")).getMessage().contains("tilde expansion"));
    }

    @Test
    @DisplayName("P2 a path element may begin with two dots, and a prefix is not a directory")
    void takesHarmlessPaths() throws Exception {
        world.create(directory, "..foo");
        world.create(directory, "a");
        world.create(directory, "ab");
        assertEquals(3, world.projects.list().size());
    }

    @Test
    @DisplayName("P2 no two projects are the same directory or nest, symbolic links resolved")
    void keepsProjectsApart() throws Exception {
        world.create(directory, "a/b");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("a/b"));
        Path above = Files.createSymbolicLink(directory.resolve("above"), directory.resolve("a"));
        Files.createDirectories(directory.resolve("a/b/c"));
        failure(ErrorCode.PROJECT_EXISTS, create(directory.resolve("a/b").toString()));
        failure(ErrorCode.PROJECT_EXISTS, create(directory.resolve("a/b") + "/"));
        failure(ErrorCode.PROJECT_EXISTS, create(link.toString()));
        failure(ErrorCode.PROJECT_NESTING, create(link.resolve("c").toString()));
        failure(ErrorCode.PROJECT_NESTING, create(above.toString()));
        SwitchboardException e =
                failure(ErrorCode.PROJECT_NESTING, create(directory.resolve("a").toString()));
        assertFalse(e.getMessage().contains("a/b"), "another project's path is not told");
    }

    @Test
    @DisplayName("P2 neither a file nor the server's own directory is a project")
    void refusesFilesAndItsOwn() throws Exception {
        failure(
                ErrorCode.INVALID_PATH,
                create(Files.createFile(directory.resolve("file")).toString()));
        Files.createDirectories(directory.resolve("own/inside"));
        failure(ErrorCode.INVALID_PATH, create(directory.resolve("own").toString()));
        failure(ErrorCode.INVALID_PATH, create(directory.resolve("own/inside").toString()));
        failure(ErrorCode.INVALID_PATH, create(directory.toString()));
    }

    @Test
    @DisplayName("P2 with roots configured, projects lie under one of them")
    void keepsToTheRoots() throws Exception {
        Path root = Files.createDirectories(directory.resolve("root"));
        Files.createDirectories(directory.resolve("rooted"));
        world.settings.set(world.settings.get().with(ServerSettings.PROJECTS_ROOTS, List.of(root.toString())));
        failure(ErrorCode.INVALID_PATH, create(directory.resolve("rooted").toString()));
        world.create(root, "inside");
    }

    @Test
    @DisplayName("P1 H4 a project that names no executor has the one that is the default when it is made")
    void takesTheDefaultExecutor() throws Exception {
        ProjectId first = world.create(directory, "a");
        world.settings.set(world.settings.get().with(ServerSettings.EXECUTOR_DEFAULT, "echo"));
        ProjectId second = world.create(directory, "b");
        assertEquals("claude", world.projects.status(first).project().executor());
        assertEquals("echo", world.projects.status(second).project().executor());
    }

    @Test
    @DisplayName("P1 as many projects as allowed, and not one more")
    void limitsProjects() throws Exception {
        world.settings.set(world.settings.get().with(ServerSettings.LIMITS_PROJECTS, 2));
        ProjectId first = world.create(directory, "a");
        world.create(directory, "b");
        Files.createDirectories(directory.resolve("c"));
        SwitchboardException e =
                failure(ErrorCode.RESOURCE_LIMIT, create(directory.resolve("c").toString()));
        assertEquals("projects", e.details().get("resource"));
        get(world.projects.delete(first));
        world.create(directory, "c");
    }

    @Test
    @DisplayName("P1 of ten who create the same project at once one does")
    void createsOnce() throws Exception {
        Path same = Files.createDirectories(directory.resolve("same"));
        List<CompletionStage<ProjectStatus>> asked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            asked.add(create(same.toString()));
        }
        int created = 0;
        for (CompletionStage<ProjectStatus> each : asked) {
            try {
                get(each);
                created++;
            } catch (SwitchboardException e) {
                assertEquals(ErrorCode.PROJECT_EXISTS, e.code());
            }
        }
        assertEquals(1, created);
    }

    @Test
    @DisplayName("P2 of twenty who create nested directories at once, those win that lie apart; no two of them nest")
    void createsApart() throws Exception {
        Files.createDirectories(directory.resolve("top/a/b/c"));
        Files.createDirectories(directory.resolve("top/x"));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            names.addAll(List.of("top", "top/a", "top/a/b", "top/a/b/c", "top/x"));
        }
        Collections.shuffle(names);
        List<CompletionStage<ProjectStatus>> asked = names.parallelStream()
                .map(name -> create(directory.resolve(name).toString()))
                .toList();
        for (CompletionStage<ProjectStatus> each : asked) {
            try {
                get(each);
            } catch (SwitchboardException e) {
                assertTrue(List.of(ErrorCode.PROJECT_EXISTS, ErrorCode.PROJECT_NESTING)
                        .contains(e.code()));
            }
        }
        List<Path> places = world.projects.list().stream()
                .map(status -> status.project().directory())
                .toList();
        assertFalse(places.isEmpty());
        for (Path one : places) {
            assertEquals(
                    1, places.stream().filter(other -> other.startsWith(one)).count(), places::toString);
        }
    }

    @Test
    @DisplayName("P1 projects are listed the oldest first, and are there again after a restart")
    void listsAndReloads() throws Exception {
        ProjectId first = world.create(directory, "z");
        ProjectId second = world.create(directory, "a");
        assertEquals(List.of(first, second), ids(world));
        get(world.projects.configure(
                first,
                new ProjectChange(Optional.of(" Zed "), Optional.of("other"), Optional.of(Duration.ofSeconds(7)))));
        try (World next = new World(world.disk, directory)) {
            assertEquals(List.of(first, second), ids(next));
            assertEquals(
                    Optional.of("Zed"), next.projects.status(first).project().name());
            assertEquals("other", next.projects.status(first).project().executor());
            assertEquals(
                    Optional.of(Duration.ofSeconds(7)),
                    next.projects.status(first).project().timeout());
        }
    }

    private static List<ProjectId> ids(World world) {
        return world.projects.list().stream()
                .map(status -> status.project().id())
                .toList();
    }

    @Test
    void refusesBadNames() throws Exception {
        ProjectId project = world.create(directory, "a");
        get(world.projects.configure(project, ProjectChange.ofName("x".repeat(128))));
        failure(ErrorCode.VALIDATION_FAILED, world.projects.configure(project, ProjectChange.ofName("x".repeat(129))));
        failure(ErrorCode.VALIDATION_FAILED, world.projects.configure(project, ProjectChange.ofName("a\nb")));
        failure(ErrorCode.VALIDATION_FAILED, world.projects.configure(project, ProjectChange.ofExecutor("-x")));
        get(world.projects.configure(project, ProjectChange.ofName("")));
        assertEquals(Optional.empty(), world.projects.status(project).project().name());
    }

    @Test
    @DisplayName("X5 a project's timeout is from none to seven days, and can be taken away")
    void limitsTimeouts() throws Exception {
        ProjectId project = world.create(directory, "a");
        for (Duration good : List.of(Duration.ZERO, Duration.ofMillis(1), Duration.ofDays(7))) {
            get(world.projects.configure(project, ProjectChange.ofTimeout(good)));
            assertEquals(
                    Optional.of(good), world.projects.status(project).project().timeout());
        }
        for (Duration bad : List.of(Duration.ofMillis(-2), Duration.ofDays(7).plusMillis(1))) {
            failure(ErrorCode.VALIDATION_FAILED, world.projects.configure(project, ProjectChange.ofTimeout(bad)));
        }
        get(world.projects.configure(project, ProjectChange.ofName("kept")));
        assertEquals(
                Optional.of(Duration.ofDays(7)),
                world.projects.status(project).project().timeout());
        get(world.projects.configure(project, ProjectChange.ofTimeout(ProjectChange.NO_TIMEOUT_OF_ITS_OWN)));
        assertEquals(Optional.empty(), world.projects.status(project).project().timeout());
    }

    @Test
    @DisplayName("P4 nothing is created when the store fails or the disk is full, and unknown projects are said")
    void createsNothingInVain() throws Exception {
        Files.createDirectories(directory.resolve("a"));
        world.disk.broken = true;
        failure(ErrorCode.STORAGE_UNAVAILABLE, create(directory.resolve("a").toString()));
        world.disk.broken = false;
        assertEquals(List.of(), world.projects.list());
        world.settings.set(world.settings.get().with(ServerSettings.DISK_RESERVE_BYTES, Long.MAX_VALUE));
        failure(ErrorCode.DISK_SPACE_LOW, create(directory.resolve("a").toString()));
        ProjectId unknown = ProjectId.random();
        SwitchboardException e = assertThrows(SwitchboardException.class, () -> world.projects.status(unknown));
        assertEquals(ErrorCode.PROJECT_NOT_FOUND, e.code());
        assertEquals(unknown.toString(), e.details().get("project_id"));
    }
}
