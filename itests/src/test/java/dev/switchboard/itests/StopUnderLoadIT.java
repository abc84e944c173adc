package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is told to stop while agents write and a crowd listens. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@Order(1)
class StopUnderLoadIT {
    private static final int PROJECTS = 5;
    private static final int CLIENTS_EACH = 10;
    private static final long SHUTDOWN_SECONDS = 30;
    private static final int EARLY_LINES = 1000;
    private static final int LATE_LINES = 20;
    /** Lines for longer than the test needs until it stops the server, and others when it says so. */
    private static final String PROMPT = "[[slow lines=" + EARLY_LINES + " every=10ms]] [[until file=go]] [[slow lines="
            + LATE_LINES + " every=1ms]]";

    @TempDir
    private Path directory;

    /** Those of one project beside each other. */
    private final List<List<Follower>> crowds = new ArrayList<>();

    private Server server;

    @BeforeEach
    void prepare() throws IOException {
        server = new Server(directory.resolve("data")).set("SHUTDOWN_SECONDS", Long.toString(SHUTDOWN_SECONDS));
    }

    @AfterEach
    void stop() throws Exception {
        crowds.forEach(crowd -> crowd.forEach(Follower::close));
        server.set("SHUTDOWN_AGENTS", "stop");
        server.close();
    }

    private Path path(int project) {
        return directory.resolve("projects/p" + project);
    }

    /** Starts the server with an agent at work in each project, shown to all who follow it. */
    private void startUnderLoad() throws Exception {
        server.start();
        for (int project = 0; project < PROJECTS; project++) {
            Files.createDirectories(path(project));
            try (Client client = server.connect()) {
                String id = client.create(path(project).toString());
                List<Follower> crowd = new ArrayList<>();
                crowds.add(crowd);
                for (int i = 0; i < CLIENTS_EACH; i++) {
                    Follower follower = new Follower(id);
                    follower.join(server);
                    crowd.add(follower);
                }
            }
        }
        for (List<Follower> crowd : crowds) {
            crowd.get(0).execute(PROMPT);
        }
        for (List<Follower> crowd : crowds) {
            for (Follower follower : crowd) {
                follower.until(frame -> frame.toString().contains("Line 20 of"));
            }
        }
    }

    /** Stops it; all who listen are told, none is left behind another. */
    private void stopUnderLoad() throws Exception {
        long begin = System.nanoTime();
        assertEquals(0, server.stop());
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        assertTrue(seconds < SHUTDOWN_SECONDS, "it took " + seconds + " s");
        for (List<Follower> crowd : crowds) {
            for (Follower follower : crowd) {
                follower.lost();
                assertEquals(1001, follower.client().closeCode());
            }
        }
    }

    /** Starts the next one, which all come back to with what they have. */
    private void startAgain() throws Exception {
        server.start();
        for (List<Follower> crowd : crowds) {
            for (Follower follower : crowd) {
                follower.join(server);
            }
        }
    }

    /** What was shown, however it came: to one as it happened, to another from the log. */
    private static List<JsonNode> contents(Follower follower) {
        List<JsonNode> contents = new ArrayList<>();
        for (JsonNode record : follower.records()) {
            ObjectNode content = record.deepCopy();
            content.remove("replay");
            contents.add(content);
        }
        return contents;
    }

    private void assertSameHistory() throws Exception {
        try (Client reader = server.connect()) {
            for (List<Follower> crowd : crowds) {
                crowd.get(0).assertHistory(reader);
                for (Follower follower : crowd) {
                    assertEquals(contents(crowd.get(0)), contents(follower));
                }
            }
        }
    }

    @Test
    @DisplayName(
            "H5 X8 a stop under load tells fifty clients 1001 in time, and keeps five agents, whose every line is recorded")
    void keeps() throws Exception {
        server.set("SHUTDOWN_AGENTS", "keep");
        startUnderLoad();
        stopUnderLoad();
        assertFalse(server.agentProcesses().isEmpty());
        for (int project = 0; project < PROJECTS; project++) {
            Files.createFile(path(project).resolve("go"));
        }
        startAgain();
        for (List<Follower> crowd : crowds) {
            for (Follower follower : crowd) {
                assertEquals("IDLE", follower.untilOver());
                follower.assertRun("IDLE");
                follower.assertAllLines(EARLY_LINES);
                follower.assertAllLines(LATE_LINES);
            }
        }
        assertSameHistory();
    }

    @Test
    @DisplayName("H5 X4 a stop under load that ends agents leaves none, and their runs have their ends in time")
    void ends() throws Exception {
        server.set("SHUTDOWN_AGENTS", "stop");
        startUnderLoad();
        stopUnderLoad();
        assertEquals(List.of(), server.agentProcesses());
        startAgain();
        for (List<Follower> crowd : crowds) {
            for (Follower follower : crowd) {
                follower.assertRun("IDLE process_killed");
                follower.assertLinesSoFar(EARLY_LINES);
            }
        }
        assertSameHistory();
    }
}
