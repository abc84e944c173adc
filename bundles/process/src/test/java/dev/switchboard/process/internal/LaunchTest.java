package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.ProcessSpec;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchTest extends CustodyTestBase {
    @Test
    @DisplayName("X3 what an agent writes is handed over, then how it ended, once")
    void outputAndExit() throws Exception {
        OutputRecorder output = tail(script("echo one; echo two; echo no >&2; exit 3"));

        ProcessExit exit = output.awaitExit();

        assertEquals(List.of("one", "two"), output.texts());
        assertEquals(new ProcessExit(OptionalInt.of(3), "no"), exit);
        assertEquals(
                List.of(4L, 8L), output.lines.stream().map(line -> line.end()).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 255})
    @DisplayName("X3 exit codes arrive as they are")
    void exitCodes(int code) throws Exception {
        assertEquals(
                OptionalInt.of(code), tail(script("exit " + code)).awaitExit().code());
    }

    @Test
    @DisplayName("X3 an agent that a signal ended has 128 + n")
    void endedBySignal() throws Exception {
        assertEquals(
                OptionalInt.of(128 + 9),
                tail(script("kill -KILL $$")).awaitExit().code());
        assertEquals(
                OptionalInt.of(128 + 15),
                tail(script("kill -TERM $$")).awaitExit().code());
    }

    @Test
    @DisplayName("X9 the child's environment is exactly what was given, and the cookie")
    void environment() throws Exception {
        Map<String, String> given = new HashMap<>(ENVIRONMENT);
        given.put("EMPTY", "");
        given.put("ODD", "a b\n\"$HOME\" 'x' \u00e4=");
        given.put("LC_ALL", "xx_YY.nowhere");
        ProcessSpec spec = spec(given, "env", "-0");

        CustodyRecord agent = custodian.launch(spec);
        OutputRecorder output = tail(agent);

        Set<String> expected = new TreeSet<>();
        given.forEach((name, value) -> expected.add(name + "=" + value));
        expected.add("SWITCHBOARD_RUN=" + instance() + ":" + agent.agentId());
        assertEquals("", output.awaitExit().stderrTail());
        String text = Files.readString(file(agent, "stdout"));
        assertEquals(expected, new TreeSet<>(Arrays.asList(text.split("\0"))));
    }

    @Test
    @DisplayName("X9 arguments and the working directory arrive as they are")
    void argumentsAndDirectory() throws Exception {
        Path odd = Files.createDirectories(project.resolve("a b'c$(d)\"e"));
        ProcessSpec spec = new ProcessSpec(
                "agent-1",
                List.of("sh", "-c", "pwd; printf '%s\\n' \"$@\"", "x", "-e", "", "two words", "$HOME `id` 'q'", "*"),
                odd,
                ENVIRONMENT,
                Map.of(),
                Map.of());

        OutputRecorder output = tail(custodian.launch(spec));
        output.awaitExit();

        assertEquals(
                List.of(odd.toRealPath().toString(), "-e", "", "two words", "$HOME `id` 'q'", "*"), output.texts());
    }

    @Test
    @DisplayName("X9 no descriptor of the server reaches the child")
    void descriptors() throws Exception {
        OutputRecorder output = tail(script("ls /proc/$$/fd"));
        output.awaitExit();

        assertEquals(List.of("0", "1", "2"), output.texts());
    }

    @Test
    @DisplayName("X9 the child has a session of its own, all signals at their defaults, and the server's umask")
    void sessionSignalsUmask() throws Exception {
        OutputRecorder signals = tail(launch("grep", "-E", "^(SigBlk|SigIgn)", "/proc/self/status"));
        CustodyRecord agent = script("touch made; read x");
        assertEquals(agent.pid(), session(agent));
        send(agent, 1, "go");
        tail(agent).awaitExit();
        signals.awaitExit();

        assertEquals(
                List.of(0L, 0L),
                signals.texts().stream().map(ForkedServer::signals).toList());
        Path own = Files.createFile(project.resolve("own"));
        assertEquals(Files.getPosixFilePermissions(own), Files.getPosixFilePermissions(project.resolve("made")));
    }

    @Test
    @DisplayName("X9 signals that the server ignores are not ignored by the child")
    void ignoredSignals() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' HUP INT TERM; exec \"$@\"", "x"));
        command.addAll(ForkedServer.command("launch", data.toString(), project.toString()));
        Process server = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(server.getInputStream().readAllBytes()).strip();

        assertEquals(0, server.waitFor(), said);
        assertTrue(said.contains("server 0000000000004003"), "HUP, INT and TERM were to be ignored: " + said);
        assertTrue(said.endsWith("child 0000000000000000"), said);
    }

    @Test
    @DisplayName("X9 everything in an agent's directory is for the server's user only")
    void modes() throws Exception {
        String agentId = ProcessSpec.newAgentId();
        Path settings = custodian.files(agentId).resolve("settings.json");
        CustodyRecord agent = custodian.launch(new ProcessSpec(
                agentId,
                List.of("sh", "-c", "cat \"$0\"; exec sleep 600", settings.toString()),
                project,
                ENVIRONMENT,
                Map.of("settings.json", Content.of("{\"a\":1}\n")),
                Map.of()));
        OutputRecorder output = tail(agent);
        output.awaitLine("{\"a\":1}");
        // More than a pipe holds: the message's file stays while the child does not read.
        send(agent, 1, "x".repeat(200_000));
        assertPrivate();
        assertTrue(Files.exists(file(agent, "in/1")), "nothing was left to look at");

        kill(agent);
        output.awaitExit();
        assertPrivate();
    }

    private void assertPrivate() throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("agents"))) {
            for (Path file : files.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertEquals(Files.isDirectory(file) ? "rwx------" : "rw-------", mode, file.toString());
            }
        }
    }

    @Test
    @DisplayName("X9 a program that is not there, or no program, is EXECUTION_FAILED and leaves nothing behind")
    void missingProgram() throws Exception {
        Path text = Files.writeString(project.resolve("text"), "no program");
        for (String program : List.of("no-such-program", "./no-such-program", text.toString(), project.toString())) {
            assertFailure(spec(ENVIRONMENT, program), "not an executable file");
        }
    }

    @Test
    @DisplayName("X9 a working directory that is not there is EXECUTION_FAILED and leaves nothing behind")
    void missingDirectory() throws Exception {
        Files.delete(project);

        assertFailure(spec(ENVIRONMENT, "true"), "working directory");
    }

    @Test
    @DisplayName("X9 what the system refuses to start is EXECUTION_FAILED and leaves nothing behind")
    void refused() throws Exception {
        assertFailure(spec(ENVIRONMENT, "true", "x".repeat(200_000)), "cannot be started");
    }

    @Test
    @DisplayName("X9 a wrapper that comes to nothing is EXECUTION_FAILED and leaves nothing behind")
    void brokenWrapper() throws Exception {
        custodian = server(ProcessTable.ofThisMachine(), programs(Map.of("mkfifo", Path.of("/bin/false"))));

        assertFailure(spec(ENVIRONMENT, "true"), "cannot be started");
    }

    @Test
    @DisplayName("X9 without perl, setsid does; without both the error says what is missing")
    void launchers() throws Exception {
        custodian = server(ProcessTable.ofThisMachine(), programs(withoutProgram("perl")));
        CustodyRecord agent = script("read x");
        assertEquals(agent.pid(), session(agent));
        send(agent, 1, "go");
        tail(agent).awaitExit();
        custodian.release(agent.agentId());

        Map<String, Path> neither = withoutProgram("perl");
        neither.put("setsid", null);
        custodian = server(ProcessTable.ofThisMachine(), programs(neither));
        assertFailure(spec(ENVIRONMENT, "true"), "neither perl nor setsid was found");
    }

    @Test
    @DisplayName("X9 another shell than this machine's does as well")
    void otherShell() throws Exception {
        custodian = server(ProcessTable.ofThisMachine(), programs(Map.of("sh", Path.of("/bin/bash"))));
        CustodyRecord agent = launch("env", "-0");
        tail(agent).awaitExit();

        String text = Files.readString(file(agent, "stdout"));
        assertEquals(
                Set.of("PATH=" + ENVIRONMENT.get("PATH"), "SWITCHBOARD_RUN=" + instance() + ":" + agent.agentId()),
                Arrays.stream(text.split("\0")).collect(Collectors.toSet()));
    }

    @Test
    @DisplayName("X9 an agent id is used once, and is never a path")
    void agentIds() {
        ProcessSpec spec = spec(ENVIRONMENT, "true");
        custodian.launch(spec);

        assertThrows(IllegalArgumentException.class, () -> custodian.launch(spec));
        for (String id : List.of("", "..", "a/b", "a.b", "x".repeat(65))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> custodian.launch(
                            new ProcessSpec(id, List.of("true"), project, ENVIRONMENT, Map.of(), Map.of())),
                    id);
        }
        for (String name : List.of("", ".", "..", "a/b", ".hidden")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> custodian.launch(new ProcessSpec(
                            "files", List.of("true"), project, ENVIRONMENT, Map.of(name, Content.of("")), Map.of())),
                    name);
        }
        assertEquals(1, custodian.records().size());
    }

    @Test
    @DisplayName("X9 a directory that cannot be made is STORAGE_UNAVAILABLE, a full disk DISK_SPACE_LOW")
    void storage() throws Exception {
        Path agents = data.resolve("agents");
        Path aside = Files.move(agents, data.resolve("aside"));
        Files.createFile(agents);
        SwitchboardException e =
                assertThrows(SwitchboardException.class, () -> custodian.launch(spec(ENVIRONMENT, "true")));
        Files.delete(agents);
        Files.move(aside, agents);

        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
        assertFalse(e.getMessage().contains(data.toString()), e.getMessage());
        assertEquals(List.of(), custodian.records());
        for (IOException full : List.of(
                new IOException("No space left on device"),
                new FileSystemException("file", null, "No space left on device"))) {
            assertEquals(
                    ErrorCode.DISK_SPACE_LOW, PrivateFiles.failure("What", full).code());
        }
    }

    @Test
    @DisplayName("X9 the component takes its directory from the configuration, and launches nothing once it is stopped")
    void component() throws Exception {
        Path configured = temporary.resolve("configured");
        Settings settings = Settings.defaults().with(ServerSettings.DATA_DIR, configured.toString());
        DetachedProcessCustodian component = new DetachedProcessCustodian(Configuration.of(settings));
        component.close();
        component.close();

        assertTrue(Files.exists(configured.resolve("agents/instance.id")));
        assertThrows(IllegalStateException.class, () -> component.launch(spec(ENVIRONMENT, "true")));
    }

    @Test
    @DisplayName("H2 custody's figures are metrics")
    void metrics() throws Exception {
        tail(script("exit 0")).awaitExit();
        CustodyRecord living = script("sleep 120");
        Map<String, Double> values = new HashMap<>();
        MetricSink sink = new MetricSink() {
            @Override
            public void counter(String name, String help, Map<String, String> labels, double value) {
                values.put(name, value);
            }

            @Override
            public void gauge(String name, String help, Map<String, String> labels, double value) {
                values.put(name, value);
            }

            @Override
            public void histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
                values.put(name, distribution.sum());
            }
        };
        new CustodyMetrics(custodian).collect(sink);
        assertEquals(2.0, values.get("agents_launched_total"));
        assertEquals(1.0, values.get("agents_living"));

        int killed = kill(living).killed();
        new CustodyMetrics(custodian).collect(sink);
        assertEquals(0.0, values.get("agents_living"));
        assertEquals((double) killed, values.get("agent_processes_killed_total"));
        assertEquals(0.0, values.get("agent_processes_surviving_total"));
    }

    /** The session of the agent's program, as the outside sees it. */
    private long session(CustodyRecord agent) throws IOException {
        long pid = Long.parseLong(Files.readString(file(agent, "pid")).strip());
        return ProcessTable.ofThisMachine().find(pid).orElseThrow().session();
    }

    private void assertFailure(ProcessSpec spec, String text) throws IOException {
        SwitchboardException e = assertThrows(SwitchboardException.class, () -> custodian.launch(spec));
        assertEquals(ErrorCode.EXECUTION_FAILED, e.code());
        assertTrue(e.getMessage().contains(text), e.getMessage());
        assertFalse(e.getMessage().contains(data.toString()), "names the server's own files: " + e.getMessage());
        try (Stream<Path> files = Files.list(data.resolve("agents"))) {
            assertEquals(
                    List.of("instance.id"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
        assertEquals(List.of(), custodian.records());
        assertEquals(List.of(), bearers(instance()));
    }

    private static Map<String, Path> withoutProgram(String name) {
        Map<String, Path> changed = new HashMap<>();
        changed.put(name, null);
        return changed;
    }

    /** This machine's programs, some of them replaced, or missing where there is {@code null}. */
    private static LaunchPrograms programs(Map<String, Path> changed) {
        return new LaunchPrograms(name -> changed.containsKey(name)
                ? Optional.ofNullable(changed.get(name))
                : LaunchPrograms.find(name, "/usr/bin:/bin"));
    }
}
