package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AgentsAtShutdown;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.execution.Prompt;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.project.ProjectStoreProvider;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.ServiceRegistration;

/** The component as the framework drives it, with the settings that it reads itself. */
class ExecutionComponentTest {
    @TempDir
    private Path directory;

    private final Map<Object, Object> services = new ConcurrentHashMap<>();
    private final List<BundleListener> bundleListeners = new CopyOnWriteArrayList<>();
    private final EditedConfiguration configuration = new EditedConfiguration();
    private final ScriptedExecutor executor = new ScriptedExecutor();
    private ExecutionComponent component;

    private static final class EditedConfiguration implements Configuration {
        private final List<Consumer<Settings>> listeners = new CopyOnWriteArrayList<>();
        private volatile Settings settings = Settings.defaults();

        void edit(Settings edited) {
            settings = edited;
            listeners.forEach(listener -> listener.accept(edited));
        }

        @Override
        public Settings settings() {
            return settings;
        }

        @Override
        public Registration onChange(Consumer<Settings> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public List<String> problems() {
            return List.of();
        }
    }

    @BeforeEach
    void activate() throws IOException {
        Path own = Files.createDirectories(directory.resolve("own"));
        configuration.edit(configuration.settings().with(ServerSettings.DATA_DIR, own.toString()));
        component = new ExecutionComponent(context(), configuration);
        component.addExecutor(executor, Map.of(AgentExecutor.NAME, "claude"));
    }

    @AfterEach
    void deactivate() {
        component.deactivate();
    }

    private void addStore(String name, MemoryStores disk) {
        ProjectStoreProvider registries = disk::openRegistry;
        MessageLogProvider logs = disk::openLog;
        component.addProjectStore(registries, Map.of(ProjectStoreProvider.NAME, name));
        component.addMessageLog(logs, Map.of(MessageLogProvider.NAME, name));
    }

    /** Empty as long as no store is open. */
    private Optional<List<ProjectId>> projects() {
        try {
            ProjectService service = (ProjectService) services.get(ProjectService.class);
            return Optional.of(
                    service.list().stream().map(status -> status.project().id()).toList());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private ProjectStatus create(String name) throws Exception {
        Path path = Files.createDirectories(directory.resolve(name));
        ProjectService service = (ProjectService) services.get(ProjectService.class);
        return get(service.create(path.toString(), Optional.empty(), Optional.empty()));
    }

    @Test
    @DisplayName("H4 S1 the store that is named is the one that is opened, also after the name changes")
    void opensTheStoreThatIsNamed() throws Exception {
        addStore("file", new MemoryStores());
        addStore("other", new MemoryStores());
        await("open", () -> projects().isPresent());
        ProjectId project = create("p").project().id();
        configuration.edit(configuration.settings().with(ServerSettings.STORE, "other"));
        await("the other store", () -> projects().equals(Optional.of(List.of())));
        configuration.edit(configuration.settings().with(ServerSettings.STORE, "file"));
        await("the first store again", () -> projects().equals(Optional.of(List.of(project))));
    }

    private Result.Status status(String check) {
        return ((HealthCheck) services.get(check)).execute().getStatus();
    }

    private void awaitStatus(Result.Status registry, Result.Status log) throws Exception {
        await(registry + " and " + log, () -> status("registry") == registry && status("log") == log);
    }

    @Test
    @DisplayName("H1 S1 health tells which of the two stores is open")
    void tellsWhichStoresAreOpen() throws Exception {
        MemoryStores disk = new MemoryStores();
        ProjectStoreProvider registries = disk::openRegistry;
        MessageLogProvider logs = disk::openLog;
        awaitStatus(Result.Status.CRITICAL, Result.Status.CRITICAL);
        component.addMessageLog(logs, Map.of(MessageLogProvider.NAME, "file"));
        awaitStatus(Result.Status.CRITICAL, Result.Status.OK);
        component.addProjectStore(registries, Map.of(ProjectStoreProvider.NAME, "file"));
        awaitStatus(Result.Status.OK, Result.Status.OK);
        component.removeMessageLog(logs);
        awaitStatus(Result.Status.OK, Result.Status.CRITICAL);
        String message =
                ((HealthCheck) services.get("log")).execute().iterator().next().getMessage();
        assertTrue(message.contains("is the store's bundle installed and started?"), message);
        component.removeProjectStore(registries);
        awaitStatus(Result.Status.CRITICAL, Result.Status.CRITICAL);
    }

    @Test
    @DisplayName("H4 H5 a stop waits for runs as long as is configured, and no longer")
    void boundsItsStop() throws Exception {
        Duration bound = Duration.ofMillis(300);
        configuration.edit(configuration
                .settings()
                .with(ServerSettings.SHUTDOWN, bound)
                .with(ServerSettings.SHUTDOWN_AGENTS, AgentsAtShutdown.STOP));
        addStore("file", new MemoryStores());
        await("open", () -> projects().isPresent());
        ProjectId project = create("p").project().id();
        executor.mortal = false;
        ExecutionService executions = (ExecutionService) services.get(ExecutionService.class);
        get(executions.execute(new ExecutionRequest(
                project,
                new Prompt(Content.of("\"hello\""), "hello"),
                ExecutionOptions.none(),
                World.OPERATOR,
                false)));
        ScriptedExecutor.Turn turn = executor.next();

        long begin = System.nanoTime();
        bundleListeners.forEach(listener -> listener.bundleChanged(new BundleEvent(BundleEvent.STOPPING, framework())));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertEquals(1, turn.kills.get());
        assertTrue(took.compareTo(bound) >= 0, took::toString);
        Duration preset = Settings.defaults().get(ServerSettings.SHUTDOWN);
        assertTrue(took.compareTo(preset.dividedBy(2)) < 0, took::toString);

        ProjectService service = (ProjectService) services.get(ProjectService.class);
        assertEquals(ProjectState.EXECUTING, service.status(project).state(), "the next start sees to it");
        turn.end(Verdict.DIED);
        turn.killed.complete(null);
    }

    /** A bundle context that keeps what is registered. */
    private BundleContext context() {
        Object registration = proxy(ServiceRegistration.class, (method, arguments) -> null);
        return proxy(BundleContext.class, (method, arguments) -> {
            switch (method) {
                case "registerService" -> services.put(name(arguments), arguments[1]);
                case "addBundleListener" -> bundleListeners.add((BundleListener) arguments[0]);
                default -> {}
            }
            return method.equals("registerService") ? registration : null;
        });
    }

    /** By its type; checks, of which there are several, by their names. */
    private static Object name(Object[] registered) {
        return registered[0] == HealthCheck.class
                ? ((Dictionary<?, ?>) registered[2]).get(HealthCheck.NAME)
                : registered[0];
    }

    private static Bundle framework() {
        return proxy(Bundle.class, (method, arguments) -> method.equals("getBundleId") ? 0L : null);
    }

    private interface Behaviour {
        Object called(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Behaviour behaviour) {
        return type.cast(Proxy.newProxyInstance(
                ExecutionComponentTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> behaviour.called(method.getName(), arguments)));
    }
}
