package dev.switchboard.process.internal;

import dev.switchboard.config.ServerSettings.Isolation;
import dev.switchboard.content.Content;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessSpec;
import dev.switchboard.process.TerminationPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A custodian in a JVM of its own, for tests that need one to die or to be short of memory. */
final class ForkedServer {
    private ForkedServer() {}

    /** The command line that runs {@link #main}. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ForkedServer.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    public static void main(String[] arguments) throws Exception {
        DetachedProcessCustodian custodian = new DetachedProcessCustodian(
                Path.of(arguments[1]),
                ProcessTable.ofThisMachine(),
                LaunchPrograms.ofThisMachine(),
                Isolation.valueOf(System.getProperty("isolation", "NONE")),
                Clock.systemUTC());
        switch (arguments[0]) {
            case "launch" -> launch(custodian, Path.of(arguments[2]));
            case "longLine" -> longLine(custodian, Path.of(arguments[2]));
            case "kill" -> kill(custodian, Path.of(arguments[2]), arguments[3]);
            case "crash" -> crash(custodian, Path.of(arguments[2]), arguments[3]);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        custodian.close();
    }

    /** Prints which signals are ignored here and in a child. */
    private static void launch(DetachedProcessCustodian custodian, Path project) throws Exception {
        CustodyRecord agent = custodian.launch(new ProcessSpec(
                ProcessSpec.newAgentId(),
                List.of("grep", "SigIgn", "/proc/self/status"),
                project,
                CustodyTestBase.ENVIRONMENT,
                Map.of(),
                Map.of()));
        OutputRecorder output = CustodyTestBase.tail(custodian, agent, 0);
        output.awaitExit();
        String own = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn"))
                .findFirst()
                .orElseThrow();
        System.out.printf(
                "server %016x child %016x%n",
                signals(own), signals(output.texts().get(0)));
    }

    /** Launches an agent, kills it, and prints what it was shut in, whose it was, and how many processes survived. */
    private static void kill(DetachedProcessCustodian custodian, Path project, String script) throws Exception {
        CustodyRecord agent = custodian.launch(new ProcessSpec(
                ProcessSpec.newAgentId(),
                List.of("sh", "-c", script),
                project,
                CustodyTestBase.ENVIRONMENT,
                Map.of(),
                Map.of()));
        OutputRecorder output = CustodyTestBase.tail(custodian, agent, 0);
        output.awaitLine("ready");
        int survivors = CustodyTestBase.await(custodian, agent.agentId(), TerminationPlan.now())
                .survivors();
        System.out.println(custodian.isolation().label() + ", " + output.texts().get(0) + ", survivors " + survivors);
    }

    /** Launches an agent, sends it two messages, prints its id, and waits to be killed. */
    private static void crash(DetachedProcessCustodian custodian, Path project, String script) throws Exception {
        CustodyRecord agent = custodian.launch(new ProcessSpec(
                ProcessSpec.newAgentId(),
                List.of("sh", "-c", script),
                project,
                CustodyTestBase.ENVIRONMENT,
                Map.of(),
                Map.of("owner", "crashed")));
        OutputRecorder output = CustodyTestBase.tail(custodian, agent, 0);
        custodian.label(agent.agentId(), Map.of("owner", "crashed", "turn", "1"));
        custodian.send(agent.agentId(), 1, Content.of("one"));
        output.awaitLine("got one");
        custodian.send(agent.agentId(), 2, Content.of("two"));
        System.out.println(agent.agentId());
        new CountDownLatch(1).await(CustodyTestBase.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Prints the lengths of the lines that an agent writes, one of them of 64 MB, which is as much as the heap has. */
    private static void longLine(DetachedProcessCustodian custodian, Path project) throws Exception {
        String program = "print \"first\\n\"; print \"x\" x (1 << 20) for 1..64; print \"\\nlast.\\n\"";
        CustodyRecord agent = custodian.launch(new ProcessSpec(
                ProcessSpec.newAgentId(),
                List.of("perl", "-e", program),
                project,
                CustodyTestBase.ENVIRONMENT,
                Map.of(),
                Map.of()));
        OutputRecorder output = CustodyTestBase.tail(custodian, agent, 0);
        output.awaitExit();
        System.out.println(output.lines.stream()
                .map(line -> line.content().size() + (line.content().inMemory() ? " bytes" : " bytes of a file"))
                .collect(Collectors.joining(", ")));
    }

    /** The signals of a line of {@code /proc/self/status}, without the two that the C library keeps for itself. */
    static long signals(String line) {
        return Long.parseUnsignedLong(line.split("\\s+")[1], 16) & ~0x180000000L;
    }
}
