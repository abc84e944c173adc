package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that come and go at random while an agent writes as fast as it can and the server is killed, stopped and started again.
 * The same with a million records and fifty clients is a program of the benchmarks, {@code Replay}.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ReplayIT {
    private static final int GUESTS = 8;
    private static final int LINES = 10_000;
    private static final int LONGEST_VISIT = 3_000;
    private static final int LONGEST_ABSENCE_MILLIS = 200;
    /** The second restart comes before the last of these is written, however fast the machine is. */
    private static final String TAIL = "[[slow lines=40 every=100ms]]";

    @TempDir
    private Path directory;

    private Server server;
    private String project;
    private volatile boolean up;

    /** Comes with the last record that it has, and goes in the midst of them, until there are no more. */
    private final class Guest implements Callable<Guest> {
        private final SplittableRandom random;
        private final CRC32C shown = new CRC32C();
        private String epoch = "";
        private long last;
        private int visits;
        private boolean over;

        Guest(SplittableRandom random) {
            this.random = random;
        }

        @Override
        public Guest call() throws Exception {
            while (!over) {
                if (up) {
                    visit();
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_ABSENCE_MILLIS));
            }
            return this;
        }

        private void visit() throws Exception {
            try (Client client = server.connect()) {
                join(client);
                long leave = last + 1 + random.nextInt(LONGEST_VISIT);
                while (last < leave && !over) {
                    take(client.next());
                }
            } catch (Client.Gone | ExecutionException | IOException e) {
                // the server went, or is not there yet
            }
        }

        private void join(Client client) throws Exception {
            ObjectNode data = Client.data().put("after_seq", last);
            if (!epoch.isEmpty()) {
                data.put("epoch", epoch);
            }
            client.send("project_join", project, data);
            String now = client.until("project_joined").at("/data/epoch").asText();
            assertEquals(epoch.isEmpty() ? now : epoch, now, "the epoch");
            epoch = now;
            assertEquals("ok", client.next("replay").at("/data/verdict").asText());
            visits++;
        }

        private void take(JsonNode frame) {
            assertEquals(last + 1, Frames.seq(frame), () -> Frames.brief(List.of(frame)));
            last++;
            String record = Frames.type(frame) + frame.get("timestamp") + frame.get("data");
            shown.update(record.getBytes(StandardCharsets.UTF_8));
            over = Frames.state(frame).equals("IDLE") && !frame.get("data").has("queue");
        }
    }

    @Test
    @DisplayName(
            "M4 M1 X8 who comes back with the last seq is shown every record once, in order, at full speed and over restarts")
    void missesNothing() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(GUESTS);
        try (Server mine = new Server(directory.resolve("data")).set("SHUTDOWN_AGENTS", "keep")) {
            server = mine.start();
            up = true;
            try (Client client = server.connect()) {
                project = client.create(
                        Files.createDirectory(directory.resolve("project")).toString());
            }
            prompt("[[flood lines=" + LINES + "]]");
            prompt("[[flood lines=" + LINES + "]] " + TAIL);
            List<Future<Guest>> guests = new ArrayList<>();
            SplittableRandom random = new SplittableRandom();
            for (int i = 0; i < GUESTS; i++) {
                guests.add(pool.submit(new Guest(random.split())));
            }
            awaitRecords(LINES / 3);
            up = false;
            server.kill();
            server.start();
            up = true;
            awaitRecords(LINES * 3 / 2);
            up = false;
            assertEquals(0, server.stop());
            server.start();
            up = true;
            List<Guest> all = new ArrayList<>();
            for (Future<Guest> guest : guests) {
                try {
                    all.add(guest.get(2, TimeUnit.MINUTES));
                } catch (ExecutionException e) {
                    throw new AssertionError(story(), e);
                }
            }
            assertShown(all);
        } finally {
            pool.shutdownNow();
        }
    }

    /** What there was to be shown, for a guest who was not shown it. */
    private String story() throws Exception {
        try (Client client = server.connect()) {
            List<JsonNode> messages = History.whole(client, project);
            return History.project(client, project) + " with " + messages.size() + " records, "
                    + History.states(messages) + "\n" + server.threads();
        }
    }

    /** Who asks is shown the run while it is there: so it does not stay. */
    private void prompt(String prompt) throws Exception {
        try (Client client = server.connect()) {
            client.send("execute", project, Client.data().put("prompt", prompt).put("queue", true));
            client.until("execute");
        }
    }

    private void awaitRecords(long wanted) throws Exception {
        try (Client client = server.connect()) {
            Server.await("so many records", 60, () -> {
                try {
                    JsonNode now = History.project(client, project);
                    boolean busy = History.stateOf(now).equals("EXECUTING") || now.has("queue");
                    assertTrue(busy, "the restarts are to come in the middle");
                    return now.get("last_seq").asLong() >= wanted;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    private void assertShown(List<Guest> guests) throws Exception {
        try (Client client = server.connect()) {
            long last = History.project(client, project).get("last_seq").asLong();
            assertTrue(last > 2 * LINES, "records: " + last);
            assertEquals(Set.of(last), guests.stream().map(guest -> guest.last).collect(Collectors.toSet()));
        }
        assertEquals(
                1,
                guests.stream().map(guest -> guest.shown.getValue()).distinct().count(),
                "all were shown the same");
        assertTrue(guests.stream().allMatch(guest -> guest.visits > 2), "all have come back");
    }
}
