package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The script as a running process. All waits are bounded; every JSON line that is read has its fields checked. */
final class MockProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;
    private static final String END = "\u0000end";

    private final Process process;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> stderr = new CompletableFuture<>();
    private final List<JsonObject> seen = new ArrayList<>();
    private final boolean current;
    private boolean anyKind;

    MockProcess(ProcessBuilder builder) {
        current = !String.valueOf(builder.environment().get("SWITCHBOARD_MOCK_VERSION"))
                .startsWith("2.1.1");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("test-stdout", this::readLines);
        start("test-stderr", this::readErrors);
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void readLines() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        try (InputStream stdout = process.getInputStream()) {
            for (int count = stdout.read(buffer); count >= 0; count = stdout.read(buffer)) {
                int start = 0;
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n') {
                        line.write(buffer, start, i - start);
                        lines.add(line.toString(StandardCharsets.UTF_8));
                        line.reset();
                        start = i + 1;
                    }
                }
                line.write(buffer, start, count - start);
            }
        } catch (IOException e) {
            lines.add("reading failed: " + e);
        }
        if (line.size() > 0) {
            lines.add(line.toString(StandardCharsets.UTF_8));
        }
        lines.add(END);
    }

    private void readErrors() {
        try (InputStream stream = process.getErrorStream()) {
            stderr.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            stderr.completeExceptionally(e);
        }
    }

    /** Accepts lines of kinds that are not in the field list. */
    MockProcess anyKind() {
        anyKind = true;
        return this;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void send(String text) {
        try {
            OutputStream stdin = process.getOutputStream();
            stdin.write(text.getBytes(StandardCharsets.UTF_8));
            stdin.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(JsonObject line) {
        send(line + "\n");
    }

    void say(String prompt) {
        send(user(prompt));
    }

    void say(String uuid, String prompt) {
        send(user(prompt).put("uuid", uuid));
    }

    static JsonObject user(String prompt) {
        return JsonObject.of("type", "user")
                .put("message", JsonObject.of("role", "user").put("content", prompt));
    }

    void control(String id, JsonObject request) {
        send(JsonObject.of("type", "control_request").put("request_id", id).put("request", request));
    }

    void control(String id, String subtype) {
        control(id, JsonObject.of("subtype", subtype));
    }

    /** Answers a permission question. */
    void answer(JsonObject question, JsonObject body) {
        send(JsonObject.of("type", "control_response")
                .put(
                        "response",
                        JsonObject.of("subtype", "success")
                                .put("request_id", question.string("request_id"))
                                .put("response", body)));
    }

    void closeStdin() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void signal(String name) {
        try {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid())
                    .start()
                    .waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The next line of stdout, or null at its end. */
    String nextText() {
        try {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(line, () -> "no line within " + PATIENCE_SECONDS + " s after " + kinds());
            if (line.equals(END)) {
                lines.add(END);
                return null;
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The next line as JSON, or null at the end. */
    JsonObject next() {
        String text = nextText();
        if (text == null) {
            return null;
        }
        JsonObject line = (JsonObject) JsonReader.read(text);
        if (!anyKind || FieldList.knows(FieldList.kind(line))) {
            FieldList.check(line, current);
        }
        seen.add(line);
        return line;
    }

    /** Reads on until a line of this kind. */
    JsonObject await(String kind) {
        return await(line -> FieldList.kind(line).equals(kind), kind);
    }

    JsonObject await(Predicate<JsonObject> wanted, String what) {
        for (JsonObject line = next(); line != null; line = next()) {
            if (wanted.test(line)) {
                return line;
            }
        }
        return fail("the output ended without " + what + "; it was " + kinds() + "; stderr: " + stderr());
    }

    JsonObject awaitResult() {
        return await(line -> "result".equals(line.string("type")), "a result");
    }

    /** All lines up to the end of the output. */
    List<JsonObject> rest() {
        List<JsonObject> rest = new ArrayList<>();
        for (JsonObject line = next(); line != null; line = next()) {
            rest.add(line);
        }
        return rest;
    }

    String restText() {
        StringBuilder text = new StringBuilder();
        for (String line = nextText(); line != null; line = nextText()) {
            text.append(text.length() == 0 ? "" : "\n").append(line);
        }
        return text.toString();
    }

    /** Whether a line has arrived that was not read yet. */
    boolean hasOutput() {
        return !lines.isEmpty();
    }

    /** The kinds of all lines read so far. */
    List<String> kinds() {
        return seen.stream().map(FieldList::kind).toList();
    }

    List<JsonObject> seen() {
        return seen;
    }

    String stderr() {
        return stderr.completeOnTimeout("(stderr is still open)", PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    int exitCode() {
        try {
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "still running after " + kinds());
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
