package dev.switchboard.execution.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.Prompt;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectStoreProvider;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** The use cases with stores and an executor for tests: one server's life. */
final class World implements AutoCloseable {
    static final Principal ADMIN = new Principal("1", "ann", Role.ADMIN, Optional.empty());
    static final Principal OPERATOR = new Principal("2", "otto", Role.OPERATOR, Optional.empty());

    final AtomicReference<Settings> settings = new AtomicReference<>(Settings.defaults());
    final MemoryStores disk;
    final ScriptedExecutor executor = new ScriptedExecutor();
    final List<ExecutionEvent> events = new CopyOnWriteArrayList<>();
    final Ranked<AgentExecutor> executors = new Ranked<>(AgentExecutor.NAME);
    final AtomicReference<ProcessCustodian> custodian = new AtomicReference<>();
    final Services services;
    final Stores stores;
    final ProjectUseCases projects;
    final RunUseCases executions;

    private final Ranked<MessageLogProvider> logs = new Ranked<>(MessageLogProvider.NAME);
    private final MessageLogProvider logProvider;
    private final ExecutorService pool = Executors.newFixedThreadPool(4, new NamedThreads("test-pool"));
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, new NamedThreads("test-timer"));

    World(MemoryStores disk, Path directory) {
        this.disk = disk;
        settings.set(settings.get().with(ServerSettings.DATA_DIR, directory.toString()));
        Configuration configuration = new Configuration() {
            @Override
            public Settings settings() {
                return settings.get();
            }

            @Override
            public Registration onChange(java.util.function.Consumer<Settings> listener) {
                return () -> {};
            }

            @Override
            public List<String> problems() {
                return List.of();
            }
        };
        Ranked<ProjectStoreProvider> registries = new Ranked<>(ProjectStoreProvider.NAME);
        registries.add(disk::openRegistry, Map.of(ProjectStoreProvider.NAME, "file"));
        logProvider = disk::openLog;
        logs.add(logProvider, Map.of(MessageLogProvider.NAME, "file"));
        executors.add(executor, Map.of(AgentExecutor.NAME, "claude"));
        stores = new Stores(registries, logs, () -> "file", this::opened, () -> {});
        Listeners listeners = new Listeners();
        listeners.add(events::add);
        services = new Services(
                configuration,
                new SixDigitClock(),
                pool,
                timer,
                stores,
                listeners,
                executors,
                () -> Optional.ofNullable(custodian.get()),
                new Endings(),
                new Admission(configuration),
                new ProjectPaths(List.of(directory.resolve("own"))));
        projects = new ProjectUseCases(services);
        executions = new RunUseCases(services, projects);
        stores.refresh();
    }

    private void opened() {
        projects.roster().load();
        projects.roster().open();
    }

    void removeLog() {
        logs.remove(logProvider);
        stores.refresh();
    }

    void bringLogBack() {
        logs.add(logProvider, Map.of(MessageLogProvider.NAME, "file"));
        stores.refresh();
    }

    ProjectId create(Path parent, String name) throws Exception {
        Path directory = Files.createDirectories(parent.resolve(name));
        return get(projects.create(directory.toString(), Optional.empty(), Optional.empty()))
                .project()
                .id();
    }

    CompletionStage<Execution> execute(ProjectId project) {
        return execute(project, ExecutionOptions.none(), OPERATOR);
    }

    CompletionStage<Execution> execute(ProjectId project, ExecutionOptions options, Principal by) {
        return executions.execute(
                new ExecutionRequest(project, new Prompt(Content.of("\"hello\""), "hello"), options, by, false));
    }

    /** A run behind the one that is active. */
    CompletionStage<Execution> queue(ProjectId project, String prompt) {
        return queue(project, prompt, ExecutionOptions.none(), OPERATOR);
    }

    CompletionStage<Execution> queue(ProjectId project, String prompt, ExecutionOptions options, Principal by) {
        Content json = Json.content(Json.object().textNode(prompt));
        return executions.execute(new ExecutionRequest(project, new Prompt(json, prompt), options, by, true));
    }

    /** What was recorded, in short: {@code state:IDLE}, {@code prompt}, {@code queue:2}, {@code error:CODE}… */
    List<String> recorded(ProjectId project) {
        return disk.of(project).stream().map(World::brief).toList();
    }

    static String brief(Message message) {
        try {
            if (message.type().equals("project_state")) {
                return "state:"
                        + Json.read(message.content().toBytes()).get("state").asText();
            }
            if (message.type().equals("queue_update")) {
                return "queue:"
                        + Json.read(message.content().toBytes()).get("items").size();
            }
            if (message.type().equals("error")) {
                return "error:"
                        + Json.read(message.content().toBytes()).get("code").asText();
            }
            if (message.type().equals("permission_resolved")) {
                return "resolved:"
                        + Json.read(message.content().toBytes()).get("decision").asText();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return message.direction() == Direction.CLIENT ? "prompt" : message.type();
    }

    /** The records that listeners were told of, in order. */
    List<Message> told(ProjectId project) {
        List<Message> messages = new ArrayList<>();
        for (ExecutionEvent event : events) {
            if (event instanceof ExecutionEvent.Recorded recorded
                    && recorded.project().equals(project)) {
                messages.addAll(recorded.messages());
            }
        }
        return messages;
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        } catch (TimeoutException e) {
            return fail("nothing came of it within 10 s");
        }
    }

    static SwitchboardException failure(ErrorCode code, CompletionStage<?> stage) throws Exception {
        try {
            get(stage);
        } catch (SwitchboardException e) {
            assertEquals(code, e.code(), e.getMessage());
            return e;
        }
        return fail("expected " + code);
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("still not so: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        pool.shutdown();
        if (!pool.awaitTermination(10, TimeUnit.SECONDS)) {
            fail("tasks were still running");
        }
        stores.close();
    }
}
