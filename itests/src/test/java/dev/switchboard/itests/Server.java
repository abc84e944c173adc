package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server of the distribution, run by its launcher with the mock as its agent, on a data directory of its own. */
final class Server implements AutoCloseable {
    /** A server of a test lives for seconds: the second compiler would take more of them than it gives back. */
    static final String JAVA_OPTIONS =
            "-Xms64m -Xmx256m -XX:NewRatio=1 -XX:MinHeapFreeRatio=25 -XX:MetaspaceSize=96m -XX:+UseSerialGC -XX:-UsePerfData -XX:TieredStopAtLevel=1";

    private static final long START_SECONDS = 180;
    private static final long STOP_SECONDS = 60;
    private static final long LEAVE_SECONDS = 5;

    private final Path dataDir;
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> prefix = new ArrayList<>();
    private boolean fresh;
    private Process process;
    private Path console;

    /** @param dataDir made if it is not there; must not be used by another server */
    Server(Path dataDir) throws IOException {
        this.dataDir = Files.createDirectories(dataDir).toRealPath();
        set("DATA_DIR", this.dataDir.toString());
        variable("HOME", this.dataDir.toString());
        // Otherwise agents that a test kills with their server would leave their temporary files among the machine's.
        variable("TMPDIR", Files.createDirectories(this.dataDir.resolve("tmp")).toString());
        set("PORT", "0");
        set("SHELL_PORT", "0");
        set("JAVA_OPTS", JAVA_OPTIONS + " -XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=" + this.dataDir);
        set("TIMEOUTS_KILL_GRACE_MS", "900");
        set("SHUTDOWN_AGENTS", "stop");
    }

    /** Sets the variable {@code SWITCHBOARD_<name>} for the next start. */
    Server set(String name, String value) {
        environment.put("SWITCHBOARD_" + name, value);
        return this;
    }

    /** Sets a variable of any name for the next start: {@code JAVA_HOME} for instance. */
    Server variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Has a program run the launcher, as another user for instance; it must become the launcher. Its first start is one. */
    Server by(List<String> program) {
        prefix.addAll(program);
        return this;
    }

    /** Has its first start be a first start indeed, in a data directory that Karaf has not seen. */
    Server fresh() {
        fresh = true;
        return this;
    }

    Path dataDir() {
        return dataDir;
    }

    /** Starts it and waits until it is ready. */
    Server start() throws IOException, InterruptedException {
        return start("run", "--demo");
    }

    /** Starts it in another way and waits until it is ready. */
    Server start(String... arguments) throws IOException, InterruptedException {
        launch(arguments);
        boolean ready = false;
        try {
            await("ready", START_SECONDS, () -> {
                if (!process.isAlive()) {
                    fail("the server ended with " + process.exitValue() + ":\n" + console());
                }
                return console().contains("Switchboard ready");
            });
            ready = true;
        } finally {
            if (!ready) {
                if (process.isAlive()) {
                    System.err.println(console() + threads()); // what a hang at the start leaves to see
                }
                kill(); // nobody else knows of it
            }
        }
        return this;
    }

    /** What its threads are doing. */
    String threads() throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process dump = new ProcessBuilder("timeout", "20", jcmd, Long.toString(process.pid()), "Thread.print", "-l")
                .redirectErrorStream(true)
                .start();
        return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Runs the launcher without waiting for anything. */
    Process launch(String... arguments) throws IOException {
        ProcessBuilder launcher = launcher(arguments);
        if (!fresh && prefix.isEmpty()) {
            if (!Files.exists(dataDir.resolve("karaf"))) {
                StartedBefore.copyTo(dataDir);
            }
            if (!environment.containsKey("JAVA_HOME")) { // another JDK cannot use it
                launcher.environment().merge("SWITCHBOARD_JAVA_OPTS", StartedBefore.classes(), (a, b) -> a + " " + b);
            }
        }
        console = Files.createTempFile(dataDir, "console", ".txt");
        process = launcher.redirectOutput(console.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        return process;
    }

    private ProcessBuilder launcher(String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Distribution.launcher().toString());
        command.addAll(Arrays.asList(arguments));
        return program(command);
    }

    /** A program that finds this server as its own: with the environment that the launcher has, and this one's variables. */
    ProcessBuilder program(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("SWITCHBOARD_"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** One launcher command, its output and exit status. */
    record Outcome(int status, String output) {}

    /** Runs a launcher command to its end. */
    Outcome command(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(dataDir, "command", ".txt");
        Process command = launcher(arguments)
                .redirectOutput(output.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        if (!command.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            command.destroyForcibly();
            fail(String.join(" ", arguments) + " hangs:\n" + Files.readString(output));
        }
        return new Outcome(command.exitValue(), Files.readString(output));
    }

    /** What it wrote to its console. */
    String console() {
        try {
            return Files.readString(console);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What it says of itself. */
    JsonNode instance() throws IOException {
        return new ObjectMapper().readTree(dataDir.resolve("instance.json").toFile());
    }

    int port() throws IOException {
        return instance().get("port").asInt();
    }

    URI webSocket() throws IOException {
        return URI.create("ws://localhost:" + port() + "/ws");
    }

    URI http(String path) throws IOException {
        return URI.create("http://localhost:" + port() + path);
    }

    /** The admin token that was made at the first start. */
    String token() throws IOException {
        return Files.readString(dataDir.resolve("initial-token")).strip();
    }

    /** A client with the admin token. */
    Client connect() throws Exception {
        return Client.connect(webSocket(), token());
    }

    /** The log of all its starts. */
    private String log() throws IOException {
        Path log = dataDir.resolve("log/switchboard.log");
        return Files.exists(log) ? Files.readString(log) : "none";
    }

    /** Ends it as a power failure would. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS));
    }

    /** Ends it in good order. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("the server did not stop:\n" + console());
        }
        return process.exitValue();
    }

    /** The directories of agents that custody has. */
    List<Path> agents() throws IOException {
        Path agents = dataDir.resolve("agents");
        if (!Files.isDirectory(agents)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(agents)) {
            return files.filter(Files::isDirectory).toList();
        }
    }

    /** The id that this instance's processes bear in their environment. */
    List<Long> agentProcesses() {
        List<Long> all = new ArrayList<>(Trees.processesNaming(dataDir.toString()));
        all.remove(process.pid());
        return all;
    }

    /** The processes of agents that custody knows nothing of. */
    List<String> strays() {
        return agentProcesses().stream()
                .map(Trees::describe)
                .filter(process -> {
                    Matcher agent =
                            Pattern.compile("SWITCHBOARD_RUN=[^: ]*:(\\S+)").matcher(process);
                    return agent.find() && !Files.exists(dataDir.resolve("agents/" + agent.group(1) + "/agent.json"));
                })
                .toList();
    }

    /** Waits for a condition. */
    static void await(String what, long seconds, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("still not so after " + seconds + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Stops it if it runs, and sees to it that nothing of it stays behind. */
    @Override
    public void close() throws Exception {
        if (process != null && process.isAlive()) {
            stop();
        }
        // What was sent SIGKILL last may take a moment to go on a busy machine.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEAVE_SECONDS);
        List<Long> left = Trees.processesNaming(dataDir.toString());
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
            left = Trees.processesNaming(dataDir.toString());
        }
        if (!left.isEmpty()) {
            List<String> who = left.stream().map(Trees::describe).toList();
            left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            fail("processes that were left behind:\n" + String.join("\n", who) + "\nlog:\n" + log());
        }
    }
}
