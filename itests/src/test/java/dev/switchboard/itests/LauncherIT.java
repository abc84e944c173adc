package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 4, unit = TimeUnit.MINUTES)
class LauncherIT {
    private static final int NOT_RUNNING = 3;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("D1 H6 start, status, shell, url, stop; two instances at once from one distribution")
    void runsInTheBackground() throws Exception {
        try (Server one = new Server(directory.resolve("one")).fresh();
                Server two = new Server(directory.resolve("two")).fresh()) {
            assertEquals(NOT_RUNNING, one.command("status").status());
            for (Server server : new Server[] {one, two}) {
                Server.Outcome started = server.command("start", "--demo");
                assertEquals(0, started.status(), started.output());
                assertTrue(started.output().contains("Switchboard ready"), started.output());
            }
            assertNotEquals(one.port(), two.port());
            assertEquals(0, one.command("status", "--demo").status());

            Server.Outcome health = one.command("shell", "switchboard:health --json");
            assertEquals(0, health.status(), health.output());
            assertEquals(
                    "healthy",
                    Client.JSON.readTree(health.output()).get("status").asText());
            assertNotEquals(0, one.command("shell", "switchboard:nonsense").status());
            assertNotEquals(
                    0,
                    one.command("shell", "switchboard:project-info 6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001")
                            .status());

            Server.Outcome url = one.command("url");
            assertEquals(0, url.status(), url.output());
            URI console = URI.create(url.output().strip());
            assertEquals(one.port(), console.getPort());
            String token = console.getQuery().substring("token=".length());
            try (Client client = Client.connect(one.webSocket(), token)) {
                client.send("hello", Client.data());
                assertEquals(
                        "admin", client.next("hello").get("data").get("role").asText());
            }
            Server.Outcome version = one.command("version");
            assertEquals(
                    one.instance().get("version").asText(), version.output().strip());

            assertEquals(0, one.command("stop").status());
            assertEquals(NOT_RUNNING, one.command("status").status());
            assertEquals(0, two.command("status").status(), "the other goes on");
            assertEquals(0, two.command("stop").status());
        }
    }

    @Test
    @DisplayName("H6 a wrong call says what is right")
    void saysWhatIsRight() throws Exception {
        try (Server server = new Server(directory.resolve("data")).fresh()) {
            Server.Outcome outcome = server.command("frobnicate");
            assertEquals(64, outcome.status());
            assertTrue(outcome.output().contains("usage:"), outcome.output());
        }
    }
}
