package dev.switchboard.store.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.project.ProjectStoreProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every project registry has to do. A store's test extends it and says how its registry is opened. */
public abstract class ProjectRegistryContract {
    /** The open registry. */
    protected ProjectRegistry registry;

    /** A provider for the store of this test: an empty one for each test, and each call for the same one. */
    protected abstract ProjectStoreProvider provider();

    @BeforeEach
    final void openRegistry() {
        registry = provider().open();
    }

    @AfterEach
    final void closeRegistry() {
        registry.close();
    }

    /** Closes the registry and opens it again. */
    protected final void reopen() {
        registry.close();
        registry = provider().open();
    }

    @Test
    @DisplayName("P1 P4 what is created is found and listed, the oldest first, also after reopening, field for field")
    void create() {
        Project second = Projects.plain(2);
        Project first = Projects.plain(1);
        Project full = Projects.full();
        registry.create(second);
        registry.create(first);
        registry.create(full);
        for (int round = 0; round < 2; round++) {
            assertEquals(List.of(full, first, second), registry.list());
            assertEquals(Optional.of(full), registry.find(full.id()));
            assertEquals(Optional.empty(), registry.find(ProjectId.random()));
            assertEquals(List.of(), registry.openReport());
            reopen();
        }
    }

    @Test
    @DisplayName("P1 an id that is taken cannot be created again, also not after reopening")
    void createTwice() {
        Project project = Projects.plain(1);
        registry.create(project);
        for (int round = 0; round < 2; round++) {
            assertThrows(IllegalArgumentException.class, () -> registry.create(project.withExecutor("other")));
            assertEquals(List.of(project), registry.list());
            reopen();
        }
    }

    @Test
    @DisplayName("P4 a change is seen at once, lasts, and its function is called once with the present state")
    void update() {
        Project project = Projects.plain(1);
        registry.create(project);
        List<Project> given = new ArrayList<>();
        Optional<Project> changed = registry.update(project.id(), before -> {
            given.add(before);
            return before.withSession(Optional.of("s1")).withAttribute("k", Optional.of("v"));
        });
        assertEquals(List.of(project), given);
        assertEquals(Optional.of("s1"), changed.orElseThrow().sessionId());
        assertEquals(changed, registry.find(project.id()));
        reopen();
        assertEquals(changed, registry.find(project.id()));
    }

    @Test
    @DisplayName("P4 changing what is not there is no error; a function that fails or changes the id changes nothing")
    void updateRefused() {
        Project project = Projects.plain(1);
        registry.create(project);
        assertEquals(Optional.empty(), registry.update(ProjectId.random(), before -> {
            throw new IllegalStateException("must not be called");
        }));
        assertThrows(IllegalArgumentException.class, () -> registry.update(project.id(), before -> Projects.plain(2)));
        assertThrows(NullPointerException.class, () -> registry.update(project.id(), before -> null));
        IllegalStateException mine = new IllegalStateException("mine");
        assertSame(
                mine,
                assertThrows(
                        IllegalStateException.class,
                        () -> registry.update(project.id(), before -> {
                            throw mine;
                        })));
        reopen();
        assertEquals(List.of(project), registry.list());
    }

    @Test
    @DisplayName("P1 what is removed is gone for good, and only that; its id is free again")
    void remove() {
        Project gone = Projects.plain(1);
        Project other = Projects.plain(2);
        registry.create(gone);
        registry.create(other);
        assertTrue(registry.remove(gone.id()));
        assertFalse(registry.remove(gone.id()));
        assertEquals(Optional.empty(), registry.find(gone.id()));
        assertEquals(Optional.empty(), registry.update(gone.id(), before -> before));
        reopen();
        assertEquals(List.of(other), registry.list());
        assertEquals(List.of(), registry.openReport());
        registry.create(gone);
        assertEquals(List.of(gone, other), registry.list());
    }

    @Test
    @DisplayName("P3 changes of one project from many threads do not lose each other")
    void concurrent() throws InterruptedException, ExecutionException, TimeoutException {
        List<Project> projects = List.of(Projects.plain(1), Projects.plain(2));
        projects.forEach(registry::create);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                String attribute = "thread-" + thread;
                Callable<Void> task = () -> {
                    for (int i = 1; i <= 10; i++) {
                        for (Project project : projects) {
                            registry.update(project.id(), before -> count(before, attribute));
                        }
                    }
                    return null;
                };
                running.add(pool.submit(task));
            }
            for (Future<Void> task : running) {
                task.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
            assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
        }
        reopen();
        for (Project project : registry.list()) {
            assertEquals(
                    List.of("10", "10", "10", "10"),
                    List.copyOf(project.attributes().values()));
        }
    }

    @Test
    @DisplayName("X7 attributes may be as large as prompts that wait in a queue, and hold any text")
    void largeAttributes() {
        Project project = Projects.plain(1);
        registry.create(project);
        String odd = "{\"prompt\":\"\\\\ \\u0000 \\ud83d \u00e9 \ud83d\ude00 \n\t\"}";
        Project changed = project.withAttribute("queue.1", Optional.of(odd))
                .withAttribute("queue.2", Optional.of("x".repeat(20_000_001)));
        registry.update(project.id(), before -> changed);
        assertEquals(
                changed.attributes(), registry.find(project.id()).orElseThrow().attributes());
        reopen();
        assertEquals(
                changed.attributes(), registry.find(project.id()).orElseThrow().attributes());
    }

    private static Project count(Project project, String attribute) {
        int value = Integer.parseInt(project.attributes().getOrDefault(attribute, "0"));
        return project.withAttribute(attribute, Optional.of(Integer.toString(value + 1)));
    }

    @Test
    @DisplayName("S1 two registries never hold the same data; the second one gets it when the first is closed")
    void exclusive() {
        SwitchboardException refused =
                assertThrows(SwitchboardException.class, () -> provider().open());
        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, refused.code());
        Project project = Projects.plain(1);
        registry.create(project);
        registry.close();
        try (ProjectRegistry second = provider().open()) {
            assertEquals(List.of(project), second.list());
        }
    }

    @Test
    @DisplayName("S1 a closed registry refuses everything but its report; closing twice does nothing")
    void closed() {
        Project project = Projects.plain(1);
        registry.create(project);
        registry.close();
        registry.close();
        List<Runnable> calls = List.of(
                () -> registry.create(Projects.plain(2)),
                () -> registry.find(project.id()),
                () -> registry.list(),
                () -> registry.update(project.id(), before -> before),
                () -> registry.remove(project.id()));
        for (Runnable call : calls) {
            assertEquals(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    assertThrows(SwitchboardException.class, call::run).code());
        }
    }
}
