package dev.switchboard.executor.claude.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.executor.claude.internal.ClaudeRuntime.Timings;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The executor over a fake custodian, with short timings. */
class Script implements AutoCloseable {
    static final Duration GRACE = Duration.ofMillis(300);
    static final Duration WARM = Duration.ofMinutes(10);
    /** Longer than a test waits: what it writes bit by bit is not over because the machine was busy between two bits. */
    static final Duration PATIENT = Duration.ofMinutes(1);

    static final Duration SHORT = Duration.ofMillis(50);

    final Path directory;
    final Settings settings;
    final ProjectId project = ProjectId.random();
    FakeCustodian custodian = new FakeCustodian();
    final ClaudeExecutor executor;
    final TurnRecorder recorder = new TurnRecorder();

    Script(Path directory) throws IOException {
        this(directory, PATIENT, SHORT);
    }

    /** One that keeps processes for another turn. */
    static Script warm(Path directory) throws IOException {
        return warm(directory, 8);
    }

    static Script warm(Path directory, int most) throws IOException {
        return new Script(directory, PATIENT, SHORT, WARM, most);
    }

    /** With times of its own for the signs of a turn's end, and for a process that is asked to end. */
    Script(Path directory, Duration settle, Duration finish) throws IOException {
        this(directory, settle, finish, Duration.ZERO);
    }

    /** @param warm how long a process is kept for another turn */
    Script(Path directory, Duration settle, Duration finish, Duration warm) throws IOException {
        this(directory, settle, finish, warm, 8);
    }

    private Script(Path directory, Duration settle, Duration finish, Duration warm, int most) throws IOException {
        this.directory = directory;
        Path program = directory.resolve("claude");
        Files.writeString(program, "#!/bin/sh\necho '9.9.9 (Claude Code)'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        settings = Settings.defaults()
                .with(ServerSettings.CLAUDE_PATH, program.toString())
                .with(ServerSettings.TIMEOUTS_KILL_GRACE, GRACE)
                .with(ServerSettings.CLAUDE_WARM, warm)
                .with(ServerSettings.CLAUDE_WARM_PROCESSES, most);
        executor = executor(settle, finish);
        executor.bindCustodian(custodian);
    }

    /** One more, without custody. */
    ClaudeExecutor executor(Duration settle, Duration finish) {
        return executor(settle, finish, Duration.ofSeconds(15));
    }

    /** @param start how long a process that says nothing holds up the start of others */
    ClaudeExecutor executor(Duration settle, Duration finish, Duration start) {
        return new ClaudeExecutor(
                Configuration.of(settings),
                Map.of("PATH", "/bin:/usr/bin", "TMPDIR", directory.toString()),
                new Timings(settle, finish, Duration.ofMillis(20), start));
    }

    AgentLaunch launch(SessionChoice session, Ask ask) {
        return launch(session, ask, Map.of());
    }

    AgentLaunch launch(SessionChoice session, Ask ask, Map<String, String> labels) {
        return new AgentLaunch(
                ExecutionId.random(), project, directory, session, Bench.prompt("do it"), options(ask), labels);
    }

    AgentTurn begin() {
        return executor.launch(launch(SessionChoice.fresh(), Ask.DENY), recorder);
    }

    AgentTurn begin(Ask ask) {
        return executor.launch(launch(SessionChoice.fresh(), ask), recorder);
    }

    AgentTurn resume(String session) {
        return executor.launch(launch(new SessionChoice(Optional.of(session), false), Ask.DENY), recorder);
    }

    /** The only agent, or the one launched last. */
    String agent() {
        List<String> ids = custodian.ids();
        return ids.get(ids.size() - 1);
    }

    void write(String... lines) {
        custodian.write(agent(), lines);
    }

    static ExecutionOptions options(Ask ask) {
        return new ExecutionOptions(
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                OptionalInt.empty(),
                Optional.<BigDecimal>empty(),
                Optional.empty(),
                false,
                ask);
    }

    @Override
    public void close() {
        executor.deactivate();
    }
}
