package dev.switchboard.executor.claude.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.executor.claude.internal.ClaudeRuntime.Timings;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.project.ProjectId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the Claude CLI over its stream-json protocol, in custody. A process is kept for the next turn of its conversation.
 *
 * <p>Safe for use by many threads. Custody may come and go: without it nothing can be launched, and turns that are under
 * way go on with the next one.
 */
@Component(immediate = true, property = AgentExecutor.NAME + "=" + ClaudeExecutor.EXECUTOR)
public final class ClaudeExecutor implements AgentExecutor, MetricSource {
    static final String EXECUTOR = "claude";

    private static final Logger LOG = LoggerFactory.getLogger(ClaudeExecutor.class);
    private static final Duration PROBE_BOUND = Duration.ofSeconds(15);

    private final ClaudeRuntime runtime;
    private final ClaudeProgram program;
    private final ClaudeLauncher launcher;
    private final ClaudeTurns turns;
    private final Configuration.Registration watching;

    @Activate
    public ClaudeExecutor(@Reference Configuration configuration) {
        this(configuration, System.getenv(), Timings.USUAL);
    }

    /** @param environment the server's own */
    ClaudeExecutor(Configuration configuration, Map<String, String> environment, Timings timings) {
        runtime = new ClaudeRuntime(
                configuration,
                timings,
                TemporaryDirectories.of(environment, configuration.settings().get(ServerSettings.DATA_DIR)));
        ProgramProbe probe = new ProgramProbe(
                () -> ClaudeEnvironment.of(environment, runtime.settings().get(ServerSettings.CLAUDE_ENV)),
                PROBE_BOUND);
        program = new ClaudeProgram(runtime::settings, environment, runtime.probes(), probe, System::nanoTime);
        launcher = new ClaudeLauncher(runtime, program, environment);
        turns = new ClaudeTurns(launcher);
        watching = configuration.onChange(settings -> program.capabilities());
        AgentCapabilities found = program.capabilities();
        LOG.info("Claude CLI: {}", found.program().or(found::unavailable).orElse(""));
    }

    /** Custody is there, perhaps another one than before. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCustodian(ProcessCustodian custodian) {
        runtime.custodianCame(custodian);
    }

    /** Custody goes; a replacement may have come before. */
    void unbindCustodian(ProcessCustodian custodian) {
        runtime.custodianWent(custodian);
    }

    @Override
    public AgentCapabilities capabilities() {
        return program.capabilities();
    }

    @Override
    public AgentTurn launch(AgentLaunch launch, AgentListener listener) {
        return turns.begin(launch, listener);
    }

    @Override
    public AgentTurn adopt(AgentAdoption adoption, AgentListener listener) {
        return turns.adopt(adoption, listener);
    }

    @Override
    public boolean isOccupied(ProjectId project) {
        return launcher.warm().isOccupied(project);
    }

    @Override
    public CompletionStage<Void> forget(ProjectId project) {
        CompletableFuture<?>[] ending = runtime.processes().stream()
                .filter(process -> process.idle() && process.belongsTo(project.toString()))
                .map(process -> {
                    launcher.warm().remove(project, process);
                    process.endNow();
                    return process.whenGone().toCompletableFuture();
                })
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(ending);
    }

    @Override
    public void collect(MetricSink sink) {
        sink.gauge(
                "claude_processes",
                "Processes of the Claude CLI.",
                Map.of(),
                runtime.processes().size());
        sink.gauge(
                "claude_processes_warm",
                "Processes of the Claude CLI that wait for another turn.",
                Map.of(),
                launcher.warm().count());
        sink.gauge(
                "claude_starts",
                "Processes of the Claude CLI that are being started.",
                Map.of(),
                runtime.starts().starting());
        sink.gauge(
                "claude_starts_waiting",
                "Turns that wait for others to have started their processes.",
                Map.of(),
                runtime.starts().waiting());
        sink.counter(
                "claude_starts_delayed_total",
                "Turns that had to wait for others to have started their processes.",
                Map.of(),
                runtime.starts().delayed());
        sink.counter(
                "claude_lines_not_json_total",
                "Lines of the Claude CLI that were no JSON objects and were dropped.",
                Map.of(),
                runtime.notJsonLines());
    }

    /** Ends idle agents and lets go of the others, which stay in custody. */
    @Deactivate
    void deactivate() {
        watching.close();
        runtime.stop();
    }
}
