package dev.switchboard.executor.claude.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.ProcessSpec;
import dev.switchboard.protocol.agent.AgentLineScanner;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Launches CLIs into custody and gives them their first prompt. Safe for use by many threads. */
final class ClaudeLauncher {
    private static final AgentLineScanner OBJECT = new AgentLineScanner();
    private static final long RETRY_AFTER_MS = 1000;

    private final ClaudeRuntime runtime;
    private final ClaudeProgram program;
    private final Map<String, String> environment;
    private final WarmProcesses warm;

    /** @param environment the server's own */
    ClaudeLauncher(ClaudeRuntime runtime, ClaudeProgram program, Map<String, String> environment) {
        this.runtime = runtime;
        this.program = program;
        this.environment = Map.copyOf(environment);
        this.warm = new WarmProcesses(runtime, AvailableMemory::read);
    }

    ClaudeRuntime runtime() {
        return runtime;
    }

    /** @throws SwitchboardException {@code EXECUTOR_UNAVAILABLE} while there is none */
    ProcessCustodian custodian() {
        return runtime.custodian()
                .orElseThrow(() -> new SwitchboardException(
                        ErrorCode.EXECUTOR_UNAVAILABLE,
                        "No agent can be run just now: process custody is not installed or is being replaced. Try again shortly.",
                        Map.of("service", "process", "retry_after_ms", RETRY_AFTER_MS)));
    }

    /** The processes that wait for another turn. */
    WarmProcesses warm() {
        return warm;
    }

    /**
     * Decides how a turn is to be run, and starts nothing.
     *
     * @throws SwitchboardException if it cannot be run
     */
    PreparedLaunch prepare(AgentLaunch launch, SessionStart session) {
        ProcessCustodian custodian = custodian();
        Path executable = program.require();
        Content message = ClaudeMessages.user(launch.execution(), launch.prompt());
        if (OBJECT.scan(message).isEmpty()) {
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    "prompt is not valid JSON; expected a string or an array of content blocks",
                    Map.of("field", "prompt"));
        }
        Settings settings = runtime.settings();
        String agentId = ProcessSpec.newAgentId();
        return new PreparedLaunch(
                launch,
                session,
                agentId,
                new ClaudeCommandLine(executable, launch, session, settings, custodian.files(agentId)),
                ClaudeEnvironment.of(environment, settings.get(ServerSettings.CLAUDE_ENV)),
                message);
    }

    /**
     * Launches a CLI with the prompt on its way; nobody follows it yet.
     *
     * @throws SwitchboardException if it cannot be done; nothing is left behind then
     */
    ClaudeProcess start(PreparedLaunch prepared) {
        ProcessCustodian custodian = custodian();
        ClaudeCommandLine line = prepared.line();
        AgentLaunch launch = prepared.launch();
        Map<String, String> labels = labels(launch, prepared.session());
        Setup.of(prepared).ifPresent(setup -> labels.putAll(setup.labels()));
        Map<String, String> variables = new HashMap<>(runtime.temporary().make(prepared.agentId()));
        variables.putAll(prepared.variables());
        try {
            custodian.launch(new ProcessSpec(
                    prepared.agentId(), line.words(), launch.directory(), variables, line.files(), labels));
        } catch (RuntimeException e) {
            runtime.temporary().remove(prepared.agentId());
            throw e;
        }
        ClaudeProcess process = new ClaudeProcess(runtime, custodian, prepared.agentId(), labels);
        try {
            process.send(prepared.message());
            return process;
        } catch (RuntimeException e) {
            process.discard();
            throw e;
        }
    }

    private static Map<String, String> labels(AgentLaunch launch, SessionStart session) {
        Map<String, String> labels = new HashMap<>(ClaudeProcess.ofServer(launch.labels()));
        labels.put(AgentExecutor.LABEL_EXECUTOR, ClaudeExecutor.EXECUTOR);
        labels.put(AgentExecutor.LABEL_PROJECT, launch.project().toString());
        labels.put(AgentExecutor.LABEL_EXECUTION, launch.execution().toString());
        session.known().ifPresent(id -> labels.put(AgentExecutor.LABEL_SESSION, id));
        return labels;
    }
}
