package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A headless Chromium with a profile of its own, driven by its DevTools protocol. Its pages share nothing with each other: each
 * is as if it was in a browser of its own.
 */
final class Browser implements AutoCloseable {
    /** Debian's name first; the others are what images of CI have. */
    private static final List<String> NAMES =
            List.of("chromium", "google-chrome", "chromium-browser", "google-chrome-stable");

    private static final Pattern ADDRESS = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final long START_SECONDS = 60;
    private static final long PATIENCE_SECONDS = 30;

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final Map<String, Consumer<JsonNode>> sessions = new ConcurrentHashMap<>();
    private final List<BrowserPage> pages = new ArrayList<>();

    private Browser(Path profile, Process process, URI address) throws Exception {
        this.profile = profile;
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new Receiver())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Starts one; where there is none the test is skipped, but not in CI, which installs it. */
    static Browser start() throws Exception {
        Path profile = Trees.temporary("switchboard-browser");
        Path errors = profile.resolve("errors.txt");
        ProcessBuilder browser =
                new ProcessBuilder(command(profile)).redirectErrorStream(true).redirectOutput(errors.toFile());
        browser.environment().put("TMPDIR", profile.toString()); // where it leaves the directory of its lock
        Process process = browser.start();
        try {
            return new Browser(profile, process, address(process, errors));
        } catch (Exception | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static List<String> command(Path profile) throws IOException, InterruptedException {
        String program = NAMES.get(0);
        for (String name : NAMES) {
            if (SystemTool.succeeds(name, "--version")) {
                program = name;
                break;
            }
        }
        SystemTool.assume(program, "--version");
        List<String> command = new ArrayList<>(List.of(
                program,
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-extensions",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=1280,860"));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--no-sandbox"); // it refuses to have one as root
        }
        command.add("about:blank");
        return command;
    }

    private static URI address(Process process, Path errors) throws InterruptedException {
        Server.await("the browser listens", START_SECONDS, () -> {
            if (!process.isAlive()) {
                fail("the browser ended with " + process.exitValue() + ":\n" + text(errors));
            }
            return ADDRESS.matcher(text(errors)).find();
        });
        Matcher found = ADDRESS.matcher(text(errors));
        assertTrue(found.find());
        return URI.create(found.group(1));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens an empty page that shares nothing with others. */
    BrowserPage page() throws Exception {
        String context = ask("", "Target.createBrowserContext", object())
                .get("browserContextId")
                .asText();
        String target = ask(
                        "",
                        "Target.createTarget",
                        object().put("url", "about:blank").put("browserContextId", context))
                .get("targetId")
                .asText();
        String session = ask(
                        "",
                        "Target.attachToTarget",
                        object().put("targetId", target).put("flatten", true))
                .get("sessionId")
                .asText();
        BrowserPage page = new BrowserPage(this, session);
        sessions.put(session, page::event);
        page.begin();
        pages.add(page);
        return page;
    }

    /** Those that were opened. */
    List<BrowserPage> pages() {
        return List.copyOf(pages);
    }

    static ObjectNode object() {
        return Client.JSON.createObjectNode();
    }

    /** Gives a command and waits for its result. */
    JsonNode ask(String session, String method, ObjectNode parameters) throws Exception {
        long id = lastId.incrementAndGet();
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        waiting.put(id, result);
        ObjectNode message = object().put("id", id).put("method", method).set("params", parameters);
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        synchronized (socket) {
            socket.sendText(message.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        JsonNode answer = result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (answer.has("error")) {
            fail(method + ": " + answer.get("error"));
        }
        return answer.get("result");
    }

    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void take(String message) {
            try {
                JsonNode frame = Client.JSON.readTree(message);
                CompletableFuture<JsonNode> asked =
                        waiting.remove(frame.path("id").asLong());
                if (asked != null) {
                    asked.complete(frame);
                } else {
                    sessions.getOrDefault(frame.path("sessionId").asText(), event -> {})
                            .accept(frame);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Ends it, and everything that it started. */
    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        socket.abort();
        all.forEach(ProcessHandle::destroyForcibly);
        Server.await("the browser is gone", PATIENCE_SECONDS, () -> all.stream().noneMatch(ProcessHandle::isAlive));
        assertTrue(Trees.processesNaming(profile.toString()).isEmpty(), "processes of the browser are left behind");
    }
}
