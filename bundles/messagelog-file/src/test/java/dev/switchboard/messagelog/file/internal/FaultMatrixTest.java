package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.LogReport;
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
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault of a disk at every class of position: it is noticed and told, and the rest stays readable and goes on. */
class FaultMatrixTest {
    private static final int SEGMENT = 5;
    private static final int RECORDS = 13;

    @TempDir
    Path data;

    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");
    private final ProjectId project = ProjectId.random();
    private final FaultyFiles files = new FaultyFiles();
    private FileMessageLogProvider provider;

    @BeforeEach
    void makeProvider() {
        provider = Stores.provider(clock, Stores.settings(data, 1 << 20, SEGMENT), files);
    }

    /** Where in a record or an index. */
    enum Position {
        START {
            @Override
            int in(int length) {
                return 0;
            }
        },
        AFTER_START {
            @Override
            int in(int length) {
                return 1;
            }
        },
        MIDDLE {
            @Override
            int in(int length) {
                return length / 2;
            }
        },
        BEFORE_END {
            @Override
            int in(int length) {
                return length - 2;
            }
        },
        END {
            @Override
            int in(int length) {
                return length - 1;
            }
        };

        abstract int in(int length);
    }

    enum Fault {
        TORN_WRITE,
        LOST_TAIL,
        BIT_FLIP
    }

    static Stream<Arguments> onDisk() {
        return Arrays.stream(Position.values())
                .flatMap(position -> Arrays.stream(Fault.values()).map(fault -> Arguments.of(position, fault)));
    }

    static Stream<Arguments> whileWriting() {
        return Arrays.stream(Position.values())
                .flatMap(position -> Stream.of(
                        Arguments.of(position, "No space left on device", ErrorCode.DISK_SPACE_LOW),
                        Arguments.of(position, "Input/output error", ErrorCode.STORAGE_UNAVAILABLE)));
    }

    private static List<Long> seqs(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private void fill(MessageLog log, int from, int to) {
        for (int i = from; i <= to; i++) {
            log.append(project, Records.lines(i, i));
        }
    }

    private static byte[] spoilt(byte[] bytes, int position, Fault fault) {
        if (fault == Fault.BIT_FLIP) {
            byte[] flipped = bytes.clone();
            flipped[position] ^= 8;
            return flipped;
        }
        return Arrays.copyOf(bytes, position);
    }

    /** Where the last line of a segment begins. */
    private static int lastLine(byte[] bytes) {
        int start = bytes.length - 1;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private void assertGoesOn(MessageLog log) {
        long next = log.head(project).lastSeq() + 1;
        assertEquals(List.of(next), Records.seqs(log.append(project, Records.lines(next, next))));
        assertEquals(
                next,
                log.read(project, MessageQuery.all().withAfterSeq(next - 1))
                        .messages()
                        .get(0)
                        .seq());
    }

    @ParameterizedTest
    @MethodSource("onDisk")
    @DisplayName("M2 the last record, after the process was killed: torn, lost or flipped at each position")
    void lastRecord(Position position, Fault fault) throws IOException {
        LogHead before;
        try (MessageLog log = provider.open()) {
            fill(log, 1, RECORDS);
            before = log.head(project);
        }
        List<Path> segments = Stores.segments(data, project);
        Path last = segments.get(segments.size() - 1);
        byte[] bytes = Files.readAllBytes(last);
        int start = lastLine(bytes);
        int at = start + position.in(bytes.length - start);
        Files.write(last, spoilt(bytes, at, fault));
        if (fault == Fault.TORN_WRITE) {
            Files.delete(SegmentName.indexOf(last)); // nobody had seen the end of it
        }
        try (MessageLog log = provider.open()) {
            LogHead head = log.head(project);
            // A record without its line feed still proves itself.
            boolean whole = at == bytes.length - 1 && fault != Fault.BIT_FLIP;
            MessagePage page = log.read(project, MessageQuery.all());
            long readable = whole ? RECORDS : RECORDS - 1;
            assertEquals(seqs(1, readable), Records.seqs(page.messages()));
            switch (fault) {
                case TORN_WRITE -> {
                    assertEquals(readable, head.lastSeq());
                    assertEquals(before.epoch(), head.epoch(), "nobody was shown the record");
                }
                case LOST_TAIL -> {
                    assertEquals(readable, head.lastSeq());
                    assertNotEquals(before.epoch(), head.epoch(), "its index knew the record");
                }
                default -> {
                    assertEquals(before, head);
                    assertEquals(1, page.gaps().size());
                    assertEquals(1, provider.verify(project).missing());
                }
            }
            assertGoesOn(log);
        }
    }

    @ParameterizedTest
    @MethodSource("onDisk")
    @DisplayName("M2 a record in the middle of an ended segment: the rest of the segment and all others stay readable")
    void middleRecord(Position position, Fault fault) throws IOException {
        try (MessageLog log = provider.open()) {
            fill(log, 1, RECORDS);
        }
        Path first = Stores.segments(data, project).get(0);
        byte[] bytes = Files.readAllBytes(first);
        String text = new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
        int start = text.indexOf("{\"seq\":3,");
        int length = text.indexOf('\n', start) + 1 - start;
        Files.write(first, spoilt(bytes, start + position.in(length), fault));
        try (MessageLog log = provider.open()) {
            MessagePage page = log.read(project, MessageQuery.all());
            List<Long> found = Records.seqs(page.messages());
            assertTrue(found.containsAll(List.of(1L, 2L)), found::toString);
            assertTrue(found.containsAll(seqs(SEGMENT + 1, RECORDS)), found::toString);
            assertEquals(fault == Fault.BIT_FLIP, found.contains(5L), "what is cut off is gone");
            long missing = page.gaps().stream()
                    .mapToLong(gap -> gap.to() - gap.from() + 1)
                    .sum();
            assertEquals(RECORDS, found.size() + missing, "every record is there or told to be missing");
            assertTrue(missing > 0);
            LogReport report = provider.verify(project);
            assertTrue(report.missing() > 0, report::toString);
            assertEquals(RECORDS, report.records() + report.missing());
            assertGoesOn(log);
        }
    }

    @ParameterizedTest
    @MethodSource("onDisk")
    @DisplayName("M2 M3 an index: every record stays readable, and the index is made again")
    void index(Position position, Fault fault) throws IOException {
        LogHead before;
        try (MessageLog log = provider.open()) {
            fill(log, 1, RECORDS);
            before = log.head(project);
        }
        for (Path segment : Stores.segments(data, project)) {
            Path index = SegmentName.indexOf(segment);
            byte[] bytes = Files.readAllBytes(index);
            Files.write(index, spoilt(bytes, position.in(bytes.length), fault));
        }
        try (MessageLog log = provider.open()) {
            assertEquals(before, log.head(project));
            assertEquals(2, provider.verify(project).findings().size(), "the indexes of the segments that have ended");
            assertEquals(seqs(1, RECORDS), Records.seqs(Records.readAll(log, project)));
            assertEquals(List.of(), provider.verify(project).findings(), "made again by reading");
            assertGoesOn(log);
        }
    }

    @ParameterizedTest
    @MethodSource("whileWriting")
    @DisplayName(
            "M2 M5 a record that the disk does not take, up to each position: told, taken back, and then it goes on")
    void writingRecord(Position position, String message, ErrorCode code) {
        try (MessageLog log = provider.open()) {
            fill(log, 1, RECORDS);
            LogHead before = log.head(project);
            long size = Stores.segments(data, project).get(2).toFile().length();
            files.tearWritesAt(position.in((int) size / 3));
            files.fail(message, FaultyFiles.Operation.WRITE);
            assertEquals(
                    code,
                    assertThrows(SwitchboardException.class, () -> fill(log, RECORDS + 1, RECORDS + 1))
                            .code());
            assertEquals(before, log.head(project));
            assertEquals(seqs(1, RECORDS), Records.seqs(Records.readAll(log, project)));
            assertEquals(size, Stores.segments(data, project).get(2).toFile().length());
            files.heal();
            assertGoesOn(log);
        }
        try (MessageLog log = provider.open()) {
            assertEquals(seqs(1, RECORDS + 1), Records.seqs(Records.readAll(log, project)));
        }
    }

    @ParameterizedTest
    @MethodSource("whileWriting")
    @DisplayName(
            "M2 M5 an index that the disk does not take, up to each position: appending goes on, and it is made later")
    void writingIndex(Position position, String message, ErrorCode code) {
        try (MessageLog log = provider.open()) {
            fill(log, 1, SEGMENT);
            files.failOnly(".idx");
            files.tearWritesAt(position.in(300));
            files.fail(message, FaultyFiles.Operation.WRITE);
            fill(log, SEGMENT + 1, RECORDS);
            assertEquals(List.of(), Stores.files(data, project, ".idx"));
            assertEquals(seqs(1, RECORDS), Records.seqs(Records.readAll(log, project)), code::toString);
            files.heal();
        }
        try (MessageLog log = provider.open()) {
            assertEquals(seqs(1, RECORDS), Records.seqs(Records.readAll(log, project)));
            assertEquals(List.of(), provider.verify(project).findings());
            assertGoesOn(log);
        }
    }
}
