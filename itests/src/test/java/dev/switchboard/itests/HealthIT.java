package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with a server that runs is told in the same way over WebSocket, HTTP and the shell. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class HealthIT {
    private static final String LOG = "dev.switchboard.messagelog-file";
    private static final String BROADCASTER = "dev.switchboard.broadcast";

    @TempDir
    private Path directory;

    private Path etc;
    private Path program;
    private Server server;
    private Shell shell;
    private HealthViews health;

    @BeforeEach
    void start() throws Exception {
        etc = Files.createDirectories(directory.resolve("etc"));
        program = directory.resolve("claude");
        configure("limits.projects = 9");
        install();
        server = new Server(directory.resolve("data"))
                .set("CLAUDE_PATH", program.toString())
                .set("ETC", etc.toString())
                .start("run");
        shell = new Shell(server);
        health = new HealthViews(server);
    }

    @AfterEach
    void stop() throws Exception {
        try (Server running = server) {
            health.close();
        }
    }

    private void install() throws IOException {
        Files.createSymbolicLink(program, Distribution.home().resolve("agent-mock/bin/claude"));
    }

    private void configure(String line) throws IOException {
        Files.writeString(etc.resolve("dev.switchboard.cfg"), line + "\n");
    }

    private static void assertTold(JsonNode health, String check, String part) {
        String message = health.at("/checks/" + check + "/message").asText();
        assertTrue(message.contains(part), check + ": " + message);
    }

    /** A server that serves nobody looks every second, so most of it happens while it does not. */
    @Test
    @DisplayName(
            "H1 H4 X10 S1 a missing provider, a bad edit, a missing CLI: the same everywhere, with what would help")
    void isTheSameEverywhere() throws Exception {
        shell.print("bundle:stop " + LOG);
        JsonNode unhealthy = health.await("log", "critical");
        assertEquals("unhealthy", unhealthy.get("status").asText());
        assertTold(unhealthy, "log", "is the store's bundle installed and started?");

        configure("limits.projects = many");
        JsonNode edited = health.await("configuration", "warning");
        assertTold(edited, "configuration", "limits.projects = \"many\" is not valid: expected a whole number");
        configure("limits.projects = 8");
        health.await("configuration", "healthy");

        shell.print("bundle:stop " + BROADCASTER);
        assertTold(
                health.await("broadcaster", "critical"), "broadcaster", "its bundle is not installed or not started");
        shell.print("bundle:start " + BROADCASTER);
        health.await("broadcaster", "healthy");

        Files.delete(program);
        assertTold(health.await("claude_cli", "critical"), "claude_cli", "npm install -g @anthropic-ai/claude-code");
        shell.print("bundle:start " + LOG);
        health.await("degraded");
        install();
        JsonNode whole = health.await("claude_cli", "healthy");
        assertTrue(whole.at("/checks/claude_cli/version").isTextual(), whole.toString());
    }
}
