package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.mock.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts the script with an environment of its own and checks after each test that no process with that environment is left. */
@Timeout(60)
abstract class MockTestBase {

    static final String[] STREAM_OUT = {"-p", "--output-format", "stream-json", "--verbose"};
    static final Path HOME = Path.of("target", "agent-mock").toAbsolutePath();

    private static final String COOKIE = "MOCK_TEST_COOKIE";

    @TempDir
    Path scratch;

    final Map<String, String> environment = new TreeMap<>();
    Path cwd;
    Path config;
    private final List<MockProcess> started = new ArrayList<>();
    private String cookie;

    @BeforeEach
    void prepare() throws IOException {
        cwd = Files.createDirectories(scratch.toRealPath().resolve("project.dir"));
        config = scratch.resolve("config");
        cookie = UUID.randomUUID().toString();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", scratch.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("CLAUDE_CONFIG_DIR", config.toString());
        environment.put("LANG", "C");
        environment.put(COOKIE, cookie);
    }

    @AfterEach
    void nothingIsLeft() {
        started.forEach(MockProcess::close);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        List<Long> left = ownProcesses();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            left = ownProcesses();
        }
        left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        assertEquals(List.of(), left, "processes were left behind");
    }

    /** The processes that have inherited this test's environment; on systems without /proc, descendants of the test. */
    List<Long> ownProcesses() {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return ProcessHandle.current().descendants().map(ProcessHandle::pid).toList();
        }
        byte[] mark = (COOKIE + "=" + cookie).getBytes(StandardCharsets.US_ASCII);
        List<Long> pids = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.filter(path ->
                            Character.isDigit(path.getFileName().toString().charAt(0)))
                    .toList()) {
                if (environmentOf(entry).contains(new String(mark, StandardCharsets.US_ASCII))) {
                    pids.add(Long.parseLong(entry.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pids;
    }

    private static String environmentOf(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // Gone meanwhile, or not ours.
            return "";
        }
    }

    MockProcess start(String... words) {
        List<String> command = new ArrayList<>();
        command.add(HOME.resolve("bin/claude").toString());
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        MockProcess process = new MockProcess(builder);
        started.add(process);
        return process;
    }

    /** One-shot, without anything on stdin. */
    MockProcess run(String... words) {
        MockProcess process = start(words);
        process.closeStdin();
        return process;
    }

    /** One-shot with lines as output; {@code more} are further options. */
    MockProcess runPrompt(String prompt, String... more) {
        List<String> words = new ArrayList<>(List.of(STREAM_OUT));
        words.addAll(List.of(more));
        words.add("--");
        words.add(prompt);
        return run(words.toArray(new String[0]));
    }

    /** Long-lived, lines in and out. */
    MockProcess stream(String... more) {
        List<String> words = new ArrayList<>(List.of(STREAM_OUT));
        words.addAll(List.of("--input-format", "stream-json"));
        words.addAll(List.of(more));
        return start(words.toArray(new String[0]));
    }

    static String text(JsonObject assistantOrUserLine) {
        JsonObject block = (JsonObject)
                assistantOrUserLine.object("message").list("content").get(0);
        return block.has("text") ? block.string("text") : block.string("content");
    }

    static JsonObject block(JsonObject line) {
        return (JsonObject) line.object("message").list("content").get(0);
    }
}
