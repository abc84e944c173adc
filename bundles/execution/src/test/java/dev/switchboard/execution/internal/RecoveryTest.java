package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.TerminationReport;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.project.ProjectStoreProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Looking after what an earlier server left behind, with custody that fails. */
class RecoveryTest {
    @TempDir
    Path directory;

    private final MemoryStores disk = new MemoryStores();
    private World before;
    private ProjectId project;
    private Execution lost;

    @BeforeEach
    void leaveARun() throws Exception {
        before = new World(disk, directory);
        project = before.create(directory, "p");
        lost = get(before.execute(project));
    }

    @AfterEach
    void end() throws Exception {
        before.executor.next().end(Verdict.DIED);
        before.close();
    }

    /** Custody of which the first calls of one method fail. */
    private static ProcessCustodian failing(FakeCustodian custodian, String method, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return (ProcessCustodian) Proxy.newProxyInstance(
                RecoveryTest.class.getClassLoader(),
                new Class<?>[] {ProcessCustodian.class},
                (proxy, called, arguments) -> {
                    if (called.getName().equals(method) && left.getAndDecrement() > 0) {
                        throw new IllegalStateException("broken on purpose");
                    }
                    try {
                        return called.invoke(custodian, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static long count(FakeCustodian custodian, String call) {
        return custodian.calls.stream().filter(call::equals).count();
    }

    @Test
    @DisplayName("X8 a sweep or a termination that fails is done again; the run is ended behind its agent")
    void triesAgain() throws Exception {
        for (String method : List.of("sweep", "terminate")) {
            FakeCustodian custodian = new FakeCustodian(project, lost.id());
            ProcessCustodian fails = failing(custodian, method, 1);
            MemoryStores copy = new MemoryStores();
            copy.projects.putAll(disk.projects);
            copy.records.putAll(Map.of(project, new ArrayList<>(disk.of(project))));
            try (World next = new World(copy, directory)) {
                next.custodian.set(fails);
                new Recovery(next.services, next.projects.roster()).run(fails);
                await(
                        method,
                        () -> List.of("release agent-1", "release stray", "sweep").stream()
                                .allMatch(call -> count(custodian, call) == 1));
                await("ended", () -> next.projects.status(project).state() == ProjectState.ERROR);
                assertEquals(
                        List.of("state:EXECUTING", "prompt", "error:EXECUTION_FAILED", "state:ERROR"),
                        next.recorded(project));
                assertEquals(0, next.executions.stats().active());
            }
        }
    }

    @Test
    @DisplayName("P4 when something was done last is in the log, and known although it was never saved")
    void takesTimeFromLog() throws Exception {
        Instant last = before.projects.status(project).project().lastActive();
        assertTrue(last.isAfter(disk.projects.get(project).lastActive()), "it is to be later than what was saved");
        MemoryStores copy = new MemoryStores();
        copy.projects.putAll(disk.projects);
        copy.records.putAll(Map.of(project, new ArrayList<>(disk.of(project))));
        try (World next = new World(copy, directory)) {
            next.custodian.set(new FakeCustodian(project, lost.id()));
            new Recovery(next.services, next.projects.roster()).resume();
            await(
                    "taken over",
                    () -> next.projects
                            .status(project)
                            .project()
                            .lastActive()
                            .equals(last.truncatedTo(ChronoUnit.MICROS)));
            await("resumed", () -> next.projects.status(project).execution().equals(Optional.of(lost.id())));
        }
    }

    @Test
    @DisplayName("X8 custody that cannot tell what it has is asked again; nothing is looked after twice")
    void asksAgain() throws Exception {
        FakeCustodian custodian = new FakeCustodian(project, lost.id());
        ProcessCustodian fails = failing(custodian, "records", 1);
        try (World next = new World(disk, directory)) {
            next.custodian.set(fails);
            Recovery recovery = new Recovery(next.services, next.projects.roster());
            assertThrows(IllegalStateException.class, () -> recovery.run(fails));
            assertEquals(List.of(), custodian.calls);
            recovery.run(fails);
            await("ended", () -> next.projects.status(project).state() == ProjectState.ERROR);
            get(next.execute(project));
            recovery.run(fails);
            get(next.executor.next().end(Verdict.COMPLETED));
            assertEquals(1, count(custodian, "terminate agent-1"));
            assertEquals(1, count(custodian, "sweep"));
        }
    }

    @Test
    @DisplayName("X8 H5 whoever stops waits until the agents are gone that an earlier server left behind")
    void tellsWhenTheyAreGone() throws Exception {
        FakeCustodian custodian = new FakeCustodian(ProjectId.random(), ExecutionId.random());
        custodian.termination = new CompletableFuture<>();
        try (World next = new World(new MemoryStores(), directory)) {
            next.custodian.set(custodian);
            Recovery recovery = new Recovery(next.services, next.projects.roster());
            assertTrue(next.services.endings().all().isDone());
            recovery.run(custodian);
            CompletableFuture<Void> ended = next.services.endings().all();
            assertFalse(ended.isDone());
            custodian.termination.complete(new TerminationReport(1, 0));
            get(ended);
            assertEquals(1, count(custodian, "release agent-1"));
            assertTrue(next.services.endings().all().isDone());
        }
    }

    @Test
    @DisplayName("X8 the agents of projects that are gone are ended like those of nobody")
    void endsAgentsOfGoneProjects() throws Exception {
        FakeCustodian custodian = new FakeCustodian(ProjectId.random(), ExecutionId.random());
        try (World next = new World(new MemoryStores(), directory)) {
            next.custodian.set(custodian);
            new Recovery(next.services, next.projects.roster()).run(custodian);
            await("released", () -> count(custodian, "release agent-1") == 1 && count(custodian, "release stray") == 1);
        }
    }

    @Test
    @DisplayName("X8 S1 custody that fails in the start keeps no project closed, and is asked until it answers")
    void opensAllTheSame() throws Exception {
        AtomicReference<Object> service = new AtomicReference<>();
        FakeCustodian custodian = new FakeCustodian(project, lost.id());
        Settings settings = Settings.defaults()
                .with(
                        ServerSettings.DATA_DIR,
                        Files.createDirectories(directory.resolve("own")).toString());
        ExecutionComponent component = new ExecutionComponent(context(service), Configuration.of(settings));
        try {
            component.setCustodian(failing(custodian, "records", 2));
            component.addExecutor(new ScriptedExecutor(), Map.of(AgentExecutor.NAME, "claude"));
            ProjectStoreProvider registries = disk::openRegistry;
            MessageLogProvider logs = disk::openLog;
            component.addProjectStore(registries, Map.of(ProjectStoreProvider.NAME, "file"));
            component.addMessageLog(logs, Map.of(MessageLogProvider.NAME, "file"));
            ProjectService projects = (ProjectService) service.get();
            await("open", () -> list(projects).isPresent());
            await("recovered", () -> projects.status(project).state() == ProjectState.ERROR);
            assertEquals(1, count(custodian, "release agent-1"));
        } finally {
            component.deactivate();
        }
    }

    private static Optional<List<ProjectStatus>> list(ProjectService projects) {
        try {
            return Optional.of(projects.list());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** A bundle context that hands on the project service and takes everything else. */
    private static BundleContext context(AtomicReference<Object> service) {
        ClassLoader loader = RecoveryTest.class.getClassLoader();
        Object registration = Proxy.newProxyInstance(
                loader, new Class<?>[] {ServiceRegistration.class}, (proxy, method, arguments) -> null);
        return (BundleContext) Proxy.newProxyInstance(
                loader, new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                    if (arguments[0] == ProjectService.class) {
                        service.set(arguments[1]);
                    }
                    return registration;
                });
    }
}
