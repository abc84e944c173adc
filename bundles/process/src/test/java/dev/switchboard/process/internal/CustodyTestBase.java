package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.switchboard.config.ServerSettings.Isolation;
import dev.switchboard.content.Content;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.ProcessSpec;
import dev.switchboard.process.TerminationPlan;
import dev.switchboard.process.TerminationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A custodian on a directory of its own; afterwards everything is ended, and nothing may be left of it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class CustodyTestBase {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    @TempDir
    Path temporary;

    Path data;
    Path project;
    DetachedProcessCustodian custodian;
    private final List<DetachedProcessCustodian> custodians = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        data = temporary.resolve("da'ta $HOME \"x\"");
        project = Files.createDirectories(temporary.resolve("project"));
        custodian = server();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try {
            for (CustodyRecord record : custodian.records()) {
                await(custodian, record.agentId(), TerminationPlan.now());
            }
            custodian.sweep();
            assertEquals(List.of(), bearers(instance()), "processes left behind");
        } finally {
            custodians.forEach(DetachedProcessCustodian::close);
            bearers(instance()).forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    /** What the servers of this test shut their agents in; tests that extend another one repeat it with another answer. */
    Isolation isolation() {
        return Isolation.NONE;
    }

    /** Another server on the same data directory. */
    DetachedProcessCustodian server() throws IOException {
        return server(ProcessTable.ofThisMachine(), LaunchPrograms.ofThisMachine());
    }

    DetachedProcessCustodian server(ProcessTable table, LaunchPrograms programs) throws IOException {
        DetachedProcessCustodian server =
                new DetachedProcessCustodian(data, table, programs, isolation(), Clock.systemUTC());
        custodians.add(server);
        return server;
    }

    String instance() throws IOException {
        return Files.readString(data.resolve("agents/instance.id")).strip();
    }

    ProcessSpec spec(Map<String, String> environment, String... command) {
        return new ProcessSpec(
                ProcessSpec.newAgentId(), List.of(command), project, environment, Map.of(), Map.of("owner", "test"));
    }

    CustodyRecord launch(String... command) {
        return custodian.launch(spec(ENVIRONMENT, command));
    }

    /** A shell script, which the agent runs as its program. */
    CustodyRecord script(String... lines) {
        return launch("sh", "-c", String.join("\n", lines));
    }

    OutputRecorder tail(CustodyRecord agent) {
        return tail(custodian, agent, 0);
    }

    static OutputRecorder tail(ProcessCustodian custodian, CustodyRecord agent, long offset) {
        OutputRecorder recorder = new OutputRecorder();
        recorder.tail = custodian.tail(agent.agentId(), offset, recorder);
        return recorder;
    }

    boolean send(CustodyRecord agent, long number, String message) {
        return custodian.send(agent.agentId(), number, Content.of(message));
    }

    TerminationReport kill(CustodyRecord agent) throws Exception {
        return await(custodian, agent.agentId(), TerminationPlan.now());
    }

    static TerminationReport await(ProcessCustodian custodian, String agentId, TerminationPlan plan) throws Exception {
        return custodian.terminate(agentId, plan).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    Path file(CustodyRecord agent, String name) {
        return data.resolve("agents").resolve(agent.agentId()).resolve(name);
    }

    /** What the cookies of an agent's processes begin with. */
    String agentCookie(CustodyRecord agent) {
        try {
            return instance() + ":" + agent.agentId();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The processes whose cookie begins like that, by {@code /proc} and nothing else. */
    static List<Long> bearers(String cookie) {
        ProcessTable table = new ProcProcessTable(Path.of("/proc"));
        return table.all().stream()
                .map(ProcessEntry::pid)
                .filter(pid -> table.cookie(pid)
                        .filter(value -> value.startsWith(cookie))
                        .isPresent())
                .toList();
    }

    /** A process that bears a cookie and was not launched by any custodian. */
    static Process bearer(String cookie) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "120");
        builder.environment().put(ProcessTable.COOKIE, cookie);
        return builder.start();
    }

    static void eventually(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
