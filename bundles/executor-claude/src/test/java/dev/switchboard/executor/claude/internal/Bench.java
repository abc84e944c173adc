package dev.switchboard.executor.claude.internal;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.Prompt;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.executor.claude.internal.ClaudeRuntime.Timings;
import dev.switchboard.process.internal.DetachedProcessCustodian;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The executor with real custody and the agent mock, in a directory of its own. */
final class Bench implements AutoCloseable {
    static final Path MOCK = Path.of(System.getProperty("agent.mock"));
    static final Timings TIMINGS =
            new Timings(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofSeconds(15));

    final Path directory;
    final Map<String, String> environment;
    final ProjectId project = ProjectId.random();
    final DetachedProcessCustodian custodian;
    final ClaudeExecutor executor;
    private Settings settings;

    Bench(Path root) throws IOException {
        this(root, Settings.defaults(), Map.of());
    }

    /** @param more of the server's environment */
    Bench(Path root, Settings given, Map<String, String> more) throws IOException {
        directory = Files.createDirectories(root.resolve("project"));
        environment = new HashMap<>(Map.of(
                "PATH", System.getenv("PATH"),
                "HOME", Files.createDirectories(root.resolve("home")).toString(),
                "TMPDIR", Files.createDirectories(root.resolve("t")).toString(),
                "ANTHROPIC_API_KEY", "dummy"));
        environment.putAll(more);
        environment.put("IS_SANDBOX", "1");
        environment.put("JAVA_HOME_SECRET", "x");
        settings = given.with(ServerSettings.DATA_DIR, root.resolve("data").toString())
                // In a namespace the mock's processes would have pids that mean nothing to the test.
                .with(ServerSettings.AGENTS_ISOLATION, ServerSettings.Isolation.NONE)
                .with(
                        ServerSettings.CLAUDE_PATH,
                        given.has(ServerSettings.CLAUDE_PATH) ? given.get(ServerSettings.CLAUDE_PATH) : MOCK.toString())
                .with(ServerSettings.TIMEOUTS_KILL_GRACE, Duration.ofMillis(900))
                .with(
                        ServerSettings.CLAUDE_WARM,
                        given.has(ServerSettings.CLAUDE_WARM) ? given.get(ServerSettings.CLAUDE_WARM) : Duration.ZERO);
        Configuration configuration = Configuration.of(settings);
        custodian = new DetachedProcessCustodian(configuration);
        executor = executor();
    }

    /** Another executor over the same custody. */
    ClaudeExecutor executor() {
        ClaudeExecutor next = new ClaudeExecutor(Configuration.of(settings), environment, TIMINGS);
        next.bindCustodian(custodian);
        return next;
    }

    AgentLaunch launch(String prompt) {
        return launch(prompt, SessionChoice.fresh(), ExecutionOptions.none());
    }

    AgentLaunch launch(String prompt, SessionChoice session, ExecutionOptions options) {
        return new AgentLaunch(ExecutionId.random(), project, directory, session, prompt(prompt), options);
    }

    static Prompt prompt(String text) {
        return new Prompt(Content.of(Json.bytes(TextNode.valueOf(text))), text);
    }

    static SessionChoice resume(String id) {
        return new SessionChoice(Optional.of(id), false);
    }

    /** Waits until nothing is left in custody, and no process of this bench anywhere. */
    void awaitEmpty() throws InterruptedException {
        TurnRecorder.eventually("custody is empty", () -> custodian.records().isEmpty());
    }

    @Override
    public void close() throws InterruptedException {
        executor.deactivate();
        for (var record : custodian.records()) {
            custodian
                    .terminate(record.agentId(), dev.switchboard.process.TerminationPlan.now())
                    .toCompletableFuture()
                    .join();
        }
        custodian.close();
    }
}
