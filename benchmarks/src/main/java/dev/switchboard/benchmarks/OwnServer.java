package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server of an unpacked distribution that a program starts, stops and kills, with the mock as its agent. */
final class OwnServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 120;

    private final Path launcher;
    private final Path dataDir;
    private final Map<String, String> environment = new HashMap<>();
    private volatile Process process;
    private volatile int port;

    /**
     * @param home the unpacked distribution
     * @param dataDir its data directory, which nobody else uses
     */
    OwnServer(Path home, Path dataDir) {
        this.launcher = home.resolve("bin/switchboard");
        this.dataDir = dataDir;
        environment.put("HOME", dataDir.toString());
        set("DATA_DIR", dataDir.toString());
        set("PORT", "0");
        set("SHELL_PORT", "0");
        Runtime.getRuntime().addShutdownHook(new Thread(this::killAnyway, "own-server-killer"));
    }

    /** For a program that is cut off. */
    private void killAnyway() {
        Process last = process;
        if (last != null) {
            last.destroyForcibly();
        }
    }

    /** Sets the variable {@code SWITCHBOARD_<name>} for the next start. */
    OwnServer set(String name, String value) {
        environment.put("SWITCHBOARD_" + name, value);
        return this;
    }

    Path dataDir() {
        return dataDir;
    }

    /** Where it is; empty while it is not ready. */
    Optional<RawSocket.Address> address() {
        try {
            return port == 0 ? Optional.empty() : Optional.of(RawSocket.Address.of(dataDir));
        } catch (IOException e) {
            return Optional.empty(); // it is just going
        }
    }

    /** Starts it and waits until it is ready. */
    void start() throws IOException, InterruptedException {
        Path console = Files.createTempFile(dataDir, "console", ".txt");
        process = launcher("run", "--demo").redirectOutput(console.toFile()).start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.readString(console).contains("Switchboard ready")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("the server does not start:\n" + Files.readString(console));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        port = JSON.readTree(dataDir.resolve("instance.json").toFile())
                .get("port")
                .asInt();
    }

    private ProcessBuilder launcher(String... arguments) {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(launcher.toString());
        builder.command().addAll(java.util.List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("SWITCHBOARD_"));
        builder.environment().putAll(environment);
        return builder.redirectInput(Path.of("/dev/null").toFile()).redirectErrorStream(true);
    }

    /** Has the launcher do something; its exit status. */
    int command(String... arguments) throws IOException, InterruptedException {
        return launcher(arguments).inheritIO().start().waitFor();
    }

    /** SIGKILL. */
    void kill() throws IOException, InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM. */
    void stop() throws IOException, InterruptedException {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() throws IOException, InterruptedException {
        port = 0;
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the server does not end");
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (process != null && process.isAlive()) {
            stop();
        }
    }
}
