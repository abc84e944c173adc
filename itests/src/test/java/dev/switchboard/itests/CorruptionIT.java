package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One data directory in which each project is damaged in a way of its own. The first server fills it, the second one must come to
 * terms with it, the third one has no disk space left.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class CorruptionIT {
    private static final int RECORDS = 6;
    /** The highest reserve that can be configured; a disk with more space than that is never short of it. */
    private static final long MOST_RESERVE = 1L << 40;

    @TempDir
    static Path directory;

    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, JsonNode> before = new HashMap<>();
    /** Metadata of which no good copy is left. */
    private byte[] lost;

    private Server server;
    private Client client;

    @BeforeAll
    void prepare() throws Exception {
        server = new Server(directory.resolve("data")).start();
        client = server.connect();
        for (String name : List.of(
                "healthy",
                "metadata-flipped",
                "metadata-empty",
                "metadata-missing",
                "metadata-lost",
                "metadata-newer",
                "removed",
                "tail-torn",
                "tail-damaged",
                "middle-damaged",
                "index-missing",
                "identity-missing",
                "log-missing",
                "log-newer",
                "log-a-file",
                "to-delete")) {
            fill(name);
        }
        client.close();
        assertEquals(0, server.stop());
        damage();
        server.start();
        client = server.connect();
    }

    /** Six records each, without an agent. */
    private void fill(String name) throws Exception {
        String id = client.create(
                Files.createDirectories(directory.resolve("projects").resolve(name))
                        .toString());
        ids.put(name, id);
        for (int i = 0; i < RECORDS; i++) {
            client.send("agent_new_session", id);
            client.until("agent_new_session");
        }
        before.put(name, History.project(client, id));
        assertEquals(RECORDS, before.get(name).get("last_seq").asInt());
    }

    private DamagedData data(String name) {
        return new DamagedData(server.dataDir(), ids.get(name));
    }

    private void damage() throws IOException {
        DamagedData.flip(data("metadata-flipped").metadata());
        Files.writeString(data("metadata-empty").metadata(), "");
        Files.delete(data("metadata-missing").metadata());
        DamagedData.flip(data("metadata-lost").metadata());
        lost = Files.readAllBytes(data("metadata-lost").metadata());
        Files.writeString(data("metadata-lost").copy(), "nonsense");
        Files.writeString(data("metadata-newer").metadata(), "{\"format\":99}");
        data("removed").rewriteMetadata("\"attributes\" : { }", "\"attributes\" : {\"removed\":\"true\"}");

        DamagedData.cut(data("tail-torn").segment(), 10);
        Files.delete(data("tail-torn").index());
        Files.write(data("tail-damaged").segment(), new byte[100], StandardOpenOption.APPEND); // power failure
        DamagedData.flip(data("middle-damaged").segment());
        Files.delete(data("index-missing").index());
        Files.delete(data("identity-missing").identity());
        DamagedData.replaceByFile(data("log-missing").log());
        Files.delete(data("log-missing").log());
        Files.writeString(data("log-newer").identity(), "{\"format\":99}");
        DamagedData.replaceByFile(data("log-a-file").log());

        Path projects = server.dataDir().resolve("projects");
        Files.writeString(Files.createDirectories(projects.resolve("notes")).resolve("note"), "mine");
        Files.writeString(projects.resolve("6a9b9a30-9f0e-4a3c-8a53-0d6d3f4bb1a1"), "a file");
        Files.writeString(projects.resolve(".deleted"), "a file");
    }

    @AfterAll
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private JsonNode project(String name) throws Exception {
        return History.project(client, ids.get(name));
    }

    private List<JsonNode> history(String name) throws Exception {
        return History.of(client, ids.get(name));
    }

    private void assertAsBefore(String name) throws Exception {
        assertEquals(before.get(name), project(name), name);
        assertEquals(RECORDS, History.whole(client, ids.get(name)).size(), name);
    }

    /** The records are there, but whoever was shown some must not rely on them. */
    private void assertNewEpoch(String name, int records) throws Exception {
        assertNotEquals(before.get(name).get("epoch"), project(name).get("epoch"), name);
        assertEquals(records, project(name).get("last_seq").asInt(), name);
        assertEquals(records, History.whole(client, ids.get(name)).size(), name);
    }

    @Test
    @Order(1)
    @DisplayName(
            "P4 damaged metadata comes back from its last good copy; lost and newer ones are left out with a reason, not deleted")
    void metadata() throws Exception {
        for (String name : List.of("healthy", "metadata-flipped", "metadata-empty", "metadata-missing")) {
            assertAsBefore(name);
        }
        Set<String> listed = new HashSet<>();
        History.projects(client).forEach(project -> listed.add(project.get("id").asText()));
        Set<String> expected = new HashSet<>(ids.values());
        for (String name : List.of("metadata-lost", "metadata-newer", "removed")) {
            expected.remove(ids.get(name));
        }
        assertEquals(expected, listed);
        assertEquals("{\"format\":99}", Files.readString(data("metadata-newer").metadata()));
        assertTrue(Files.exists(data("metadata-lost").segment()), "messages are never thrown away");
        assertTrue(Files.exists(data("metadata-newer").segment()));
        assertFalse(Files.exists(data("metadata-lost").metadata()), "it is in quarantine");
        assertFalse(Files.exists(data("metadata-lost").copy()), "it is in quarantine");
        assertArrayEquals(lost, Files.readAllBytes(quarantined("metadata-lost", "metadata.json")));
        assertEquals("nonsense", Files.readString(quarantined("metadata-lost", "metadata.json.bak")));
        assertEquals("", Files.readString(quarantined("metadata-empty", "metadata.json")));
        quarantined("metadata-flipped", "metadata.json");
        assertEquals(4, cells().size(), "and nothing else is there");
    }

    private List<Path> cells() throws IOException {
        try (Stream<Path> cells = Files.list(server.dataDir().resolve("quarantine"))) {
            return cells.toList();
        }
    }

    /** A file of a project in quarantine, alone in its cell but for the reason. */
    private Path quarantined(String name, String file) throws IOException {
        List<Path> found = cells().stream()
                .filter(cell -> cell.getFileName().toString().startsWith(ids.get(name) + "_"))
                .filter(cell -> Files.exists(cell.resolve(file)))
                .toList();
        assertEquals(1, found.size(), () -> file + " of " + name + ": " + found);
        Path cell = found.get(0);
        try (Stream<Path> files = Files.list(cell)) {
            assertEquals(
                    Set.of(file, "reason.txt"),
                    files.map(each -> each.getFileName().toString()).collect(Collectors.toSet()));
        }
        String reason = Files.readString(cell.resolve("reason.txt"));
        assertTrue(reason.startsWith(file + " is not usable, "), reason);
        return cell.resolve(file);
    }

    @Test
    @Order(1)
    @DisplayName("P4 the server's log says of each project with damaged metadata what became of it, and why")
    void tellsWhatBecameOfMetadata() throws Exception {
        awaitLogged("Project " + ids.get("metadata-lost")
                + " is not available: its metadata and the last good copy are damaged (metadata.json is not usable, ");
        awaitLogged("Project " + ids.get("metadata-newer") + " is left alone: metadata.json is not usable, ");
        for (String name : List.of("metadata-flipped", "metadata-empty")) {
            awaitLogged("Project " + ids.get(name)
                    + " was recovered from its last good copy: metadata.json is not usable, ");
        }
        awaitLogged("Project " + ids.get("metadata-missing")
                + " was recovered from its last good copy: metadata.json is missing");
        assertFalse(log().contains("Project " + ids.get("healthy")));
    }

    private void awaitLogged(String line) throws Exception {
        Server.await("the log says: " + line, 20, () -> log().contains(line));
    }

    private String log() {
        try {
            return Files.readString(server.dataDir().resolve("log/switchboard.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Order(2)
    @DisplayName("M2 a torn tail is cut, damage in the middle is a gap, an index is made again: the epoch stays")
    void repairedLogs() throws Exception {
        assertAsBefore("index-missing");
        assertTrue(Files.exists(data("index-missing").index()));
        assertEquals(before.get("tail-torn").get("epoch"), project("tail-torn").get("epoch"));
        assertEquals(RECORDS - 1, project("tail-torn").get("last_seq").asInt());
        assertEquals(before.get("middle-damaged"), project("middle-damaged"));
        List<JsonNode> left = history("middle-damaged");
        assertEquals(RECORDS - 1, left.size(), "what is damaged is not served as good");
        client.send("project_join", ids.get("middle-damaged"), Client.data().put("after_seq", 0));
        JsonNode gap = client.until("gap").get("data");
        assertEquals(gap.get("from"), gap.get("to"));
        assertTrue(left.stream().noneMatch(message -> message.get("seq").equals(gap.get("from"))));
        client.until(frame -> frame.path("seq").asInt() == RECORDS);
    }

    @Test
    @Order(3)
    @DisplayName(
            "M2 where records may have been lost that were shown, the epoch is another one, and what is left stays")
    void newEpochs() throws Exception {
        assertNewEpoch("tail-damaged", RECORDS);
        assertNewEpoch("identity-missing", RECORDS);
        assertNewEpoch("log-missing", 0);
    }

    @Test
    @Order(4)
    @DisplayName(
            "P4 M2 a project whose log cannot be read is listed in ERROR with the reason, and works once it can be")
    void unreadableLogs() throws Exception {
        for (String name : List.of("log-newer", "log-a-file")) {
            JsonNode project = project(name);
            assertEquals("ERROR", project.get("state").asText());
            assertEquals(
                    "STORAGE_UNAVAILABLE",
                    project.get("error_details").get("code").asText());
            client.execute(ids.get(name), "hello");
            assertEquals(
                    "STORAGE_UNAVAILABLE",
                    client.until("error").get("data").get("code").asText());
        }
        Files.delete(data("log-newer").identity());
        Files.delete(data("log-a-file").log());
        for (String name : List.of("log-newer", "log-a-file")) {
            Server.await("it is looked at again", 60, () -> stateOf(name).equals("IDLE"));
        }
        assertNewEpoch("log-newer", RECORDS);
        assertNewEpoch("log-a-file", 0);
    }

    private String stateOf(String name) {
        try {
            return History.stateOf(project(name));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Order(5)
    @DisplayName("P4 M2 what was repaired goes on: the next run is recorded behind what is left")
    void goesOn() throws Exception {
        for (String name : List.of("tail-torn", "log-a-file")) {
            int last = project(name).get("last_seq").asInt();
            client.send("project_join", ids.get(name));
            client.until("project_joined");
            client.execute(ids.get(name), "hello");
            List<JsonNode> run = client.run();
            assertEquals(last + 1, run.get(0).get("seq").asInt());
            assertEquals("IDLE", Client.stateOf(run.get(run.size() - 1)).orElseThrow());
            History.whole(client, ids.get(name));
        }
    }

    @Test
    @Order(6)
    @DisplayName("P1 M5 a delete that cannot be finished holds all the same, and the next start finishes it; "
            + "without disk space new work is refused, and everything can be read")
    void deleteAndFullDisk() throws Exception {
        client.send("project_delete", ids.get("to-delete"));
        client.until("project_deleted");
        for (String name : List.of("removed", "to-delete")) {
            assertTrue(Files.exists(data(name).log()), "there is a file where tombstones go");
        }
        client.close();
        assertEquals(0, server.stop());
        Files.delete(server.dataDir().resolve("projects/.deleted"));
        server.set("DISK_RESERVE_BYTES", Long.toString(MOST_RESERVE)).start();
        client = server.connect();
        Set<String> listed = new HashSet<>();
        History.projects(client).forEach(project -> listed.add(project.get("id").asText()));
        for (String name : List.of("removed", "to-delete")) {
            assertFalse(listed.contains(ids.get(name)), name);
            assertFalse(Files.exists(data(name).directory()), name);
        }
        assertTrue(Files.exists(server.dataDir().resolve("projects/notes/note")));
        assertAsBefore("healthy");
        assumeTrue(Files.getFileStore(server.dataDir()).getUsableSpace() < MOST_RESERVE, "the disk is too large");
        client.execute(ids.get("healthy"), "hello");
        assertLow();
        client.send(
                "project_create",
                Client.data()
                        .put(
                                "path",
                                Files.createDirectories(directory.resolve("more"))
                                        .toString()));
        assertLow();
        assertAsBefore("healthy");
    }

    private void assertLow() throws Exception {
        JsonNode error = client.until("error").get("data");
        assertEquals("DISK_SPACE_LOW", error.get("code").asText());
        assertEquals("disk", error.get("details").get("resource").asText());
    }
}
