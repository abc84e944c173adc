package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.TestClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flips one random bit of a segment at a time: it is always noticed, and costs only the records it touched. */
class BitFlipTest {
    private static final int ROUNDS = 200;
    private static final int RECORDS = 40;
    private static final int FLIPS = 10_000;

    @TempDir
    Path data;

    private final Random random = new Random(42);
    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");
    private final ProjectId project = ProjectId.random();
    private final Map<Long, Message> original = new HashMap<>();
    private LogHead head;

    private MessageLog open() {
        return Stores.provider(data, clock, Stores.settings(data, 1 << 20, RECORDS / 2))
                .open();
    }

    private void fill() {
        try (MessageLog log = open()) {
            for (int i = 1; i <= RECORDS; i++) {
                byte[] content = new byte[20 + random.nextInt(400)];
                for (int k = 0; k < content.length; k++) {
                    content[k] = (byte) (' ' + random.nextInt(90));
                }
                List<NewMessage> one =
                        List.of(new NewMessage(Direction.CLAUDE, "assistant", Content.of(content), Optional.empty()));
                log.append(project, one).forEach(message -> original.put(message.seq(), message));
            }
            head = log.head(project);
        }
    }

    @Test
    @DisplayName(
            "M2 hundreds of single flipped bits, with and without index: none is served as good, none costs more than its neighbour")
    void flips() throws IOException {
        fill();
        for (int place = 0; place < 2; place++) {
            Path segment = Stores.segments(data, project).get(place);
            byte[] whole = Files.readAllBytes(segment);
            byte[] index = Files.readAllBytes(SegmentName.indexOf(segment));
            byte[] identity = Files.readAllBytes(segment.resolveSibling(LogIdentity.FILE));
            for (int round = 0; round < ROUNDS; round++) {
                byte[] flipped = whole.clone();
                int position = random.nextInt(whole.length);
                flipped[position] ^= (byte) (1 << random.nextInt(8));
                Files.write(segment, flipped);
                Files.write(segment.resolveSibling(LogIdentity.FILE), identity);
                if (round % 2 == 0) {
                    Files.write(SegmentName.indexOf(segment), index);
                } else {
                    Files.deleteIfExists(SegmentName.indexOf(segment));
                }
                check("bit at " + position + " of segment " + place);
            }
            Files.write(segment, whole);
            Files.write(SegmentName.indexOf(segment), index);
            Files.write(segment.resolveSibling(LogIdentity.FILE), identity);
        }
    }

    @Test
    @DisplayName(
            "M2 of 10000 random single flipped bits of a segment not one goes unnoticed, with its index or without")
    void tenThousandFlips() throws IOException {
        fill();
        Path path = Stores.segments(data, project).get(0);
        Segment segment = SegmentName.parse(path).orElseThrow();
        SegmentIndex index = IndexFile.read(segment.indexFile()).orElseThrow().index();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            for (int round = 0; round < FLIPS; round++) {
                long position = random.nextInt((int) file.length());
                file.seek(position);
                int value = file.read();
                put(file, position, value ^ 1 << random.nextInt(8));
                assertNoticed(segment, index, position);
                put(file, position, value);
            }
        }
    }

    private static void put(RandomAccessFile file, long position, int value) throws IOException {
        file.seek(position);
        file.write(value);
    }

    private void assertNoticed(Segment segment, SegmentIndex index, long position) throws IOException {
        try (LineFile file = new LineFile(segment.file());
                RecordReader reader = new RecordReader(segment, index, true)) {
            SegmentIndex found = SegmentScanner.scan(segment, file).index().snapshot();
            for (long seq = index.firstSeq(); seq <= index.lastSeq(); seq++) {
                boolean hit = position >= index.start(seq) && position < index.end(seq);
                Optional<Message> read = reader.read(seq);
                assertEquals(!hit, read.isPresent(), "record " + seq + ", bit at " + position);
                boolean scanned = found.code(seq) != SegmentIndex.DAMAGED;
                assertTrue(!hit || !scanned, "record " + seq + ", bit at " + position);
                if (read.isPresent()) {
                    assertArrayEquals(
                            original.get(seq).content().toBytes(),
                            read.get().content().toBytes());
                }
            }
        }
    }

    private void check(String what) {
        try (MessageLog log = open()) {
            MessagePage page = log.read(project, MessageQuery.all().withLimit(RECORDS));
            List<Long> accounted = new ArrayList<>();
            for (Message message : page.messages()) {
                Message expected = original.get(message.seq());
                assertArrayEquals(
                        expected.content().toBytes(), message.content().toBytes(), what);
                assertEquals(expected.at(), message.at(), what);
                assertEquals(expected.type(), message.type(), what);
                accounted.add(message.seq());
            }
            for (Gap gap : page.gaps()) {
                for (long seq = gap.from(); seq <= gap.to(); seq++) {
                    accounted.add(seq);
                }
            }
            accounted.sort(null);
            // A flip in the very last record of a log without index cannot be told from a lost one: new epoch.
            long last = log.head(project).lastSeq();
            if (last == head.lastSeq()) {
                assertEquals(head.epoch(), log.head(project).epoch(), what);
            } else {
                assertTrue(last >= head.lastSeq() - 2, what);
                assertNotEquals(head.epoch(), log.head(project).epoch(), what);
            }
            assertTrue(page.messages().size() >= RECORDS - 2, what);
            assertEquals(
                    original.keySet().stream()
                            .filter(seq -> seq <= last)
                            .sorted()
                            .toList(),
                    accounted,
                    what);
        }
    }
}
