package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 4, unit = TimeUnit.MINUTES)
class LauncherIT {
    private static final int NOT_RUNNING = 3;
    private static final int WRONG_CONFIGURATION = 78;

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
            String token = console.getFragment().substring("token=".length());
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
    @DisplayName("D2 status --wait ends when the server is ready, when it is gone, and in time")
    void waitsForReadiness() throws Exception {
        try (Server server = new Server(directory.resolve("data"))) {
            Path etc = Files.createDirectory(directory.resolve("etc"));
            for (String name : List.of("environment", "key.pem", "org.apache.mine.cfg")) {
                Files.writeString(etc.resolve(name), "# mine\n");
            }
            server.set("ETC", etc.toString());
            assertEquals(NOT_RUNNING, server.command("status", "--wait", "1").status());

            server.set("PORT", "65536");
            CompletableFuture<Integer> run = inBackground(server, "run", "--demo");
            assertEquals(NOT_RUNNING, server.command("status", "--wait", "60").status());
            assertEquals(WRONG_CONFIGURATION, run.get(30, TimeUnit.SECONDS));

            server.set("PORT", "0");
            CompletableFuture<Integer> start = inBackground(server, "start", "--demo");
            Server.Outcome waited = server.command("status", "--wait", "60");
            assertEquals(0, waited.status(), waited.output());
            assertEquals(0, start.get(30, TimeUnit.SECONDS));
            Path copies = server.dataDir().resolve("karaf/etc");
            assertTrue(Files.exists(copies.resolve("org.apache.mine.cfg")), "Karaf's own");
            assertFalse(Files.exists(copies.resolve("environment")), "what is not Karaf's may be secret");
            assertFalse(Files.exists(copies.resolve("key.pem")), "what is not Karaf's may be secret");
            assertEquals(0, server.command("stop").status());
        }
    }

    private static CompletableFuture<Integer> inBackground(Server server, String... command) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return server.command(command).status();
            } catch (Exception e) {
                throw new AssertionError(String.join(" ", command), e);
            }
        });
    }

    @Test
    @DisplayName("H6 a wrong call says what is right")
    void saysWhatIsRight() throws Exception {
        try (Server server = new Server(directory.resolve("data")).fresh()) {
            Server.Outcome outcome = server.command("frobnicate");
            assertEquals(64, outcome.status());
            assertTrue(outcome.output().contains("usage:"), outcome.output());
            assertEquals(64, server.command("status", "--wait", "soon").status());
            assertEquals(
                    78, server.set("ETC", "/no/such/directory").command("run").status());
        }
    }
}
