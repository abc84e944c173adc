package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.LogReport;
import dev.switchboard.message.LogReport.Finding;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifying and repairing. */
class MaintenanceTest {
    @TempDir
    Path data;

    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");
    private final ProjectId project = ProjectId.random();
    private final FaultyFiles files = new FaultyFiles();
    private FileMessageLogProvider provider;
    private MessageLog log;
    private List<Message> written;

    /** Segments 1-4, 5-8, 9-10. */
    @BeforeEach
    void fill() {
        provider = Stores.provider(clock, Stores.settings(data, 1 << 20, 4), files);
        log = provider.open();
        for (int i = 1; i <= 10; i++) {
            log.append(project, Records.lines(i, i));
        }
        written = Records.readAll(log, project);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void reopen() {
        log.close();
        log = provider.open();
    }

    private Path segment(int place) {
        return Stores.segments(data, project).get(place);
    }

    private String name(int place) {
        return segment(place).getFileName().toString();
    }

    /** Flips a bit in the middle of a line, counted from 0. */
    private void damage(int place, int line) throws IOException {
        byte[] bytes = Files.readAllBytes(segment(place));
        int start = 0;
        for (int i = 0; i < line; i++) {
            while (bytes[start++] != '\n') {
                // on to the next line
            }
        }
        bytes[start + 50] ^= 4;
        Files.write(segment(place), bytes);
    }

    private List<Long> read() {
        return Records.seqs(Records.readAll(log, project));
    }

    @Test
    @DisplayName("M2 a whole log: so many segments, records and bytes, and nothing found; repairing it changes no byte")
    void whole() throws IOException {
        long size = 0;
        for (Path file : Stores.segments(data, project)) {
            size += Files.size(file);
        }
        LogReport expected = new LogReport(3, 10, size, 0, List.of());
        assertEquals(expected, provider.verify(project));
        byte[] before = Files.readAllBytes(segment(0));
        assertEquals(expected, provider.repair(project));
        assertTrue(Arrays.equals(before, Files.readAllBytes(segment(0))));
        assertEquals(expected, provider.verify(project));
        assertEquals(List.of(11L), Records.seqs(log.append(project, Records.lines(11, 11))));
        assertTrue(expected.whole());
    }

    @Test
    @DisplayName("M2 damaged records are found in any segment, neighbours together, also before anybody reads them")
    void findsDamage() throws IOException {
        damage(0, 1);
        damage(0, 2);
        damage(1, 3);
        damage(2, 0);
        LogReport report = provider.verify(project);
        assertEquals(
                List.of(
                        new Finding(name(0), 2, 3, LogAudit.DAMAGED, false),
                        new Finding(name(1), 8, 8, LogAudit.DAMAGED, false),
                        new Finding(name(2), 9, 9, LogAudit.DAMAGED, false)),
                report.findings());
        assertEquals(6, report.records());
        assertEquals(4, report.missing());
        assertFalse(report.whole());
    }

    @Test
    @DisplayName("M2 missing, damaged and stale indexes are found, and made again by a repair")
    void indexes() throws IOException {
        Files.delete(SegmentName.indexOf(segment(0)));
        byte[] bytes = Files.readAllBytes(SegmentName.indexOf(segment(1)));
        bytes[bytes.length / 2] ^= 1;
        Files.write(SegmentName.indexOf(segment(1)), bytes);
        List<Finding> expected = List.of(
                new Finding(name(0), 0, 0, LogAudit.INDEX_MISSING, false),
                new Finding(name(1), 0, 0, LogAudit.INDEX_DAMAGED, false));
        LogReport report = provider.verify(project);
        assertEquals(expected, report.findings());
        assertTrue(report.whole());
        assertTrue(provider.repair(project).findings().stream().allMatch(Finding::mended));
        assertEquals(List.of(), provider.verify(project).findings());
        Files.copy(
                SegmentName.indexOf(segment(1)),
                SegmentName.indexOf(segment(0)),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(
                List.of(new Finding(name(0), 0, 0, LogAudit.INDEX_STALE, false)),
                provider.verify(project).findings());
    }

    @Test
    @DisplayName(
            "M2 a repair sets damaged bytes aside: the rest stays as it is, they stay a gap, and jq reads the segment")
    void repairs() throws IOException {
        LogHead head = log.head(project);
        damage(0, 1);
        damage(0, 3);
        damage(2, 1);
        byte[] spoilt = Files.readAllBytes(segment(0));
        LogReport report = provider.repair(project);
        assertEquals(3, report.missing());
        assertTrue(report.findings().stream().allMatch(Finding::mended), report.toString());
        for (int round = 0; round < 2; round++) {
            assertEquals(List.of(1L, 3L, 5L, 6L, 7L, 8L, 9L), read());
            MessagePage page = log.read(project, MessageQuery.all());
            assertEquals(
                    List.of("2-2", "4-4", "10-10"),
                    page.gaps().stream().map(gap -> gap.from() + "-" + gap.to()).toList());
            assertEquals(head, log.head(project));
            reopen();
        }
        assertEquals(spoilt.length, Files.size(segment(0)));
        try (MappingIterator<JsonNode> json = new ObjectMapper()
                .readerFor(JsonNode.class)
                .readValues(segment(0).toFile())) {
            assertEquals(
                    List.of(1, 3),
                    json.readAll().stream().map(node -> node.get("seq").asInt()).toList());
        }
        Path aside = segment(0).resolveSibling(name(0) + SegmentName.DAMAGED);
        List<String> lines = Files.readAllLines(aside, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).startsWith("{\"seq\":2,"), lines.toString());
        assertTrue(lines.get(1).startsWith("{\"seq\":4,"), lines.toString());
        assertEquals(List.of(11L), Records.seqs(log.append(project, Records.lines(11, 11))));
        Message third = Records.readAll(log, project).get(1);
        assertEquals(written.get(2).content().toText(), third.content().toText());
        assertEquals(written.get(2).at(), third.at());
    }

    @Test
    @DisplayName("M2 a second repair finds the same gaps and changes no file")
    void repairsOnce() throws IOException {
        damage(0, 1);
        provider.repair(project);
        Path aside = segment(0).resolveSibling(name(0) + SegmentName.DAMAGED);
        byte[] kept = Files.readAllBytes(segment(0));
        assertEquals(1, provider.repair(project).missing());
        assertTrue(Arrays.equals(kept, Files.readAllBytes(segment(0))));
        assertFalse(Files.exists(aside.resolveSibling(aside.getFileName() + "2")));
        assertEquals(1, provider.verify(project).missing());
    }

    @Test
    @DisplayName("M2 a missing segment is found; no repair brings it back, and the others are not concerned")
    void missingSegment() throws IOException {
        String name = name(1);
        Files.delete(segment(1));
        for (LogReport report : List.of(provider.verify(project), provider.repair(project))) {
            assertEquals(List.of(new Finding(name, 5, 8, LogAudit.SEGMENT_MISSING, false)), report.findings());
            assertEquals(4, report.missing());
            assertEquals(6, report.records());
        }
        assertEquals(List.of(1L, 2L, 3L, 4L, 9L, 10L), read());
    }

    @Test
    @DisplayName("M2 a repair that the disk does not let through leaves the segment as it was")
    void diskFails() throws IOException {
        damage(0, 1);
        byte[] before = Files.readAllBytes(segment(0));
        for (FaultyFiles.Operation operation :
                List.of(FaultyFiles.Operation.WRITE, FaultyFiles.Operation.FORCE, FaultyFiles.Operation.RENAME)) {
            files.fail("Input/output error", operation);
            assertEquals(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    assertThrows(SwitchboardException.class, () -> provider.repair(project))
                            .code());
            files.heal();
            assertTrue(Arrays.equals(before, Files.readAllBytes(segment(0))), operation::toString);
        }
        assertEquals(1, provider.repair(project).missing());
        assertEquals(List.of(11L), Records.seqs(log.append(project, Records.lines(11, 11))));
    }

    @Test
    @DisplayName("S1 without an open log there is nothing to verify")
    void closed() {
        log.close();
        assertEquals(
                ErrorCode.STORAGE_UNAVAILABLE,
                assertThrows(SwitchboardException.class, () -> provider.verify(project))
                        .code());
        FileMessageLogProvider other = Stores.provider(clock, Stores.settings(data), files);
        assertEquals(
                ErrorCode.STORAGE_UNAVAILABLE,
                assertThrows(SwitchboardException.class, () -> other.verify(project))
                        .code());
    }
}
