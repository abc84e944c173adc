package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.NewMessage;
import dev.switchboard.message.Origin;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotationTest {
    @TempDir
    Path data;

    private final TestClock clock = new TestClock("2026-01-31T23:59:59.999990Z");
    private final ProjectId project = ProjectId.random();

    private MessageLog open(Settings settings) {
        return Stores.provider(data, clock, settings).open();
    }

    private List<String> names() {
        return Stores.segments(data, project).stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    private List<Integer> counts() throws IOException {
        List<Integer> counts = new ArrayList<>();
        for (Path segment : Stores.segments(data, project)) {
            counts.add(Files.readAllLines(segment).size());
        }
        return counts;
    }

    @Test
    @DisplayName("M1 a segment ends at so many records, not one later; none is ever empty")
    void records() throws IOException {
        try (MessageLog log = open(Stores.settings(data, 1 << 20, 3).with(ServerSettings.LOG_ROTATE_DAILY, false))) {
            log.append(project, Records.lines(1, 2));
            log.append(project, Records.lines(3, 3));
            assertEquals(List.of(3), counts());
            log.append(project, Records.lines(4, 4));
            assertEquals(List.of(3, 1), counts());
            log.append(project, Records.lines(5, 7));
            assertEquals(List.of(3, 1, 3), counts());
            log.append(project, Records.lines(8, 12));
            assertEquals(List.of(3, 1, 3, 5), counts(), "a batch is not taken apart");
        }
        assertEquals("messages_20260131T235959.999990Z_1.jsonl", names().get(0));
        assertTrue(names().get(1).endsWith("_4.jsonl"), names().get(1));
    }

    @Test
    @DisplayName("M1 a segment never becomes larger than the limit, save for a batch that is")
    void bytes() throws IOException {
        try (MessageLog log = open(Stores.settings(data, 4096, 1000).with(ServerSettings.LOG_ROTATE_DAILY, false))) {
            for (int i = 1; i <= 200; i++) {
                log.append(project, List.of(Records.line(i, "{\"n\":\"" + "x".repeat(i * 7) + "\"}")));
            }
            log.append(project, List.of(Records.line(201, "{\"n\":\"" + "x".repeat(5000) + "\"}")));
        }
        List<Path> segments = Stores.segments(data, project);
        for (Path segment : segments.subList(0, segments.size() - 1)) {
            assertTrue(Files.size(segment) <= 4096, segment + " has " + Files.size(segment));
        }
        for (Path segment : segments.subList(0, segments.size() - 2)) {
            assertTrue(Files.size(segment) > 2048, segment + " has " + Files.size(segment));
        }
        assertEquals(1, Files.readAllLines(segments.get(segments.size() - 1)).size());
    }

    @Test
    @DisplayName("M1 a segment ends at midnight UTC, not a microsecond before, and only if something is appended")
    void midnight() throws IOException {
        try (MessageLog log = open(Stores.settings(data, 1 << 20, 1000))) {
            log.append(project, Records.lines(1, 1));
            clock.set("2026-01-31T23:59:59.999999Z");
            log.append(project, Records.lines(2, 2));
            assertEquals(List.of(2), counts());
            clock.set("2026-02-01T00:00:00Z");
            assertEquals(2, log.head(project).lastSeq());
            assertEquals(List.of(2), counts());
            log.append(project, Records.lines(3, 3));
            assertEquals(List.of(2, 1), counts());
            clock.advance(Duration.ofDays(3));
        }
        try (MessageLog log = open(Stores.settings(data, 1 << 20, 1000))) {
            assertEquals(3, log.head(project).lastSeq());
            assertEquals(List.of(2, 1), counts());
            log.append(project, Records.lines(4, 4));
            assertEquals(List.of(2, 1, 1), counts());
        }
        assertEquals("messages_20260201T000000.000000Z_3.jsonl", names().get(1));
    }

    @Test
    @DisplayName("M1 without daily rotation midnight does not matter")
    void notDaily() throws IOException {
        Settings settings = Stores.settings(data).with(ServerSettings.LOG_ROTATE_DAILY, false);
        try (MessageLog log = open(settings)) {
            log.append(project, Records.lines(1, 1));
            clock.advance(Duration.ofDays(10));
            log.append(project, Records.lines(2, 2));
            assertEquals(List.of(2), counts());
        }
    }

    @Test
    @DisplayName(
            "M1 every line is a JSON object of the record, with the CRC-32C of what is before it, and nothing else is there")
    void lines() throws IOException {
        List<Message> kept;
        try (MessageLog log = open(Stores.settings(data))) {
            kept = log.append(
                    project,
                    List.of(
                            new NewMessage(
                                    Direction.CLAUDE,
                                    "assis\"tant\u00e9",
                                    Content.of("{\"a\": 1.0}"),
                                    Optional.of(new Origin("agent-1", 17))),
                            Records.server("project_state", "{\"state\":\"IDLE\"}")));
        }
        List<String> lines = Files.readAllLines(Stores.segments(data, project).get(0));
        assertEquals(2, lines.size());
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertEquals(List.of("seq", "ts", "dir", "type", "origin", "content", "crc"), names(first));
        assertEquals(1, first.get("seq").asLong());
        assertEquals(kept.get(0).at().toString(), first.get("ts").asText());
        assertEquals("claude", first.get("dir").asText());
        assertEquals("assis\"tant\u00e9", first.get("type").asText());
        assertEquals(
                "{\"agent\":\"agent-1\",\"offset\":17}", first.get("origin").toString());
        assertTrue(lines.get(0).contains("\"content\":{\"a\": 1.0},\"crc\":\""), lines.get(0));
        JsonNode second = new ObjectMapper().readTree(lines.get(1));
        assertEquals(List.of("seq", "ts", "dir", "type", "content", "crc"), names(second));
        for (String line : lines) {
            byte[] body = line.substring(0, line.lastIndexOf(",\"crc\":")).getBytes(StandardCharsets.UTF_8);
            CRC32C crc = new CRC32C();
            crc.update(body, 0, body.length);
            assertEquals(
                    String.format("%08x", crc.getValue()),
                    new ObjectMapper().readTree(line).get("crc").asText());
        }
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    @DisplayName("C5 files are for the server's user only")
    void permissions() throws IOException {
        try (MessageLog log = open(Stores.settings(data, 1 << 20, 1))) {
            log.append(project, Records.lines(1, 1));
            log.append(project, Records.lines(2, 2));
        }
        try (Stream<Path> tree = Files.walk(data.resolve("projects"))) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                String expected = Files.isDirectory(path) ? "rwx------" : "rw-------";
                assertEquals(
                        expected, PosixFilePermissions.toString(Files.getPosixFilePermissions(path)), path::toString);
            }
        }
    }

    @Test
    @DisplayName("M1 a segment with very many types ends too: types are kept in memory")
    void manyTypes() {
        Settings settings = Stores.settings(data, 1 << 30, 1_000_000).with(ServerSettings.LOG_ROTATE_DAILY, false);
        try (MessageLog log = open(settings)) {
            for (int i = 1; i <= 9000; i += 100) {
                List<NewMessage> batch = new ArrayList<>();
                for (int k = i; k < i + 100; k++) {
                    batch.add(Records.server("type-" + k, "{}"));
                }
                log.append(project, batch);
            }
            assertEquals(3, Stores.segments(data, project).size());
            assertEquals(9000, Records.readAll(log, project).size());
        }
    }
}
