package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A data directory on a disk of 64 MB that fills while three projects are at work. Needs root: left out elsewhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DiskFullIT {
    private static final long RESERVE = 4 << 20;
    /** Half a gigabyte in all, at a rate that the reserve outlasts until the server has looked at the disk; by all at once. */
    private static final String FLOOD = "[[until file=go]] [[slow lines=100000 every=1ms]]";

    private static final String ENDLESS = "[[slow lines=6000 every=20ms]]";

    @TempDir
    static Path directory;

    private final List<Follower> all = new ArrayList<>();
    private SmallDisk disk;
    private Server server;

    @BeforeAll
    void prepare() throws Exception {
        disk = SmallDisk.mount(directory.resolve("data"), "size=64m");
        server = new Server(disk.directory())
                .set("DISK_RESERVE_BYTES", Long.toString(RESERVE))
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .start();
        new Shell(server)
                .print("switchboard:health"); // the shell's host key is made at the first login, and needs space
        for (int i = 0; i < 3; i++) {
            try (Client client = server.connect()) {
                Follower follower = new Follower(client.create(place("p" + i)));
                follower.join(server);
                all.add(follower);
            }
        }
    }

    private static String place(String name) throws IOException {
        return Files.createDirectories(directory.resolve("projects").resolve(name))
                .toString();
    }

    @AfterAll
    void end() throws Exception {
        try (SmallDisk mounted = disk;
                Server running = server) {
            all.forEach(Follower::close);
        }
    }

    @Test
    @DisplayName(
            "M5 three runs fill the disk: each is stopped with DISK_SPACE_LOW, and new ones are refused until there is space")
    void runsFillIt() throws Exception {
        Path filler = disk.fill(8 << 20);
        for (Follower follower : all) {
            follower.execute(FLOOD);
        }
        for (int i = 0; i < all.size(); i++) {
            Files.createFile(directory.resolve("projects/p" + i + "/go"));
        }
        assertStopped();
        // What the runs left in files goes with them; their records stay.
        disk.fill(RESERVE / 2);
        for (Follower follower : all) {
            follower.client().send("execute", follower.project(), Client.data().put("prompt", "hello"));
            assertLow(follower.until("error").get("data"));
        }
        Files.delete(filler);
        assertWorks();
    }

    @Test
    @DisplayName("M5 M1 somebody takes the last byte under three runs: what was shown stays, the rest waits for space, "
            + "and each run ends with DISK_SPACE_LOW")
    void nothingIsLeft() throws Exception {
        for (Follower follower : all) {
            follower.execute(ENDLESS);
        }
        for (Follower follower : all) {
            follower.until(frame -> frame.toString().contains("Line 3 of"));
        }
        Path filler = disk.fill(0);
        Server.await("the agents are ended", 20, () -> server.agentProcesses().isEmpty());
        try (Client other = server.connect()) {
            for (Follower follower : all) {
                int shown = follower.hear();
                assertTrue(History.whole(other, follower.project()).size() >= shown, "what was shown can be read");
            }
            other.send("project_create", Client.data().put("path", place("refused")));
            assertLow(other.next("error").get("data"));
        }
        try (HealthViews health = new HealthViews(server)) {
            String advice =
                    health.await("disk", "critical").at("/checks/disk/message").asText();
            assertTrue(advice.contains("delete something"), advice);
        }
        Files.delete(filler);
        assertStopped();
        for (Follower follower : all) {
            follower.assertLinesSoFar(6000);
        }
        assertWorks();
    }

    /** The runs have ended, each with the reason, and all that was shown of them is kept. */
    private void assertStopped() throws Exception {
        for (Follower follower : all) {
            assertEquals("ERROR", follower.untilOver());
            follower.assertRun("error ERROR");
            List<JsonNode> run = follower.lastRun();
            assertLow(run.get(run.size() - 2).get("data"));
        }
    }

    private static void assertLow(JsonNode error) {
        assertEquals("DISK_SPACE_LOW", error.get("code").asText(), error.toString());
        assertEquals("disk", error.at("/details/resource").asText(), error.toString());
    }

    /** Everything that was shown is there, whole, and everybody can go on. */
    private void assertWorks() throws Exception {
        for (Follower follower : all) {
            follower.execute("hello");
            assertEquals("IDLE", follower.untilOver());
            follower.assertRun("IDLE");
        }
        try (Client reader = server.connect()) {
            for (Follower follower : all) {
                follower.assertHistory(reader);
            }
        }
        Server.Outcome verified = server.command("shell", "switchboard:log-verify --json");
        assertEquals(0, verified.status(), verified.output());
        assertTrue(server.agents().size() <= all.size(), "files of agents that have ended");
    }
}
