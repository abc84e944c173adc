package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A child JVM with a heap that is smaller than one record. */
class SmallHeapTest {
    private static final int SIZE = 64 << 20;

    @TempDir
    Path data;

    /** The child: appends a line of 64 MB from a file, reads it, recovers it, and fills many segments beside it. */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments[0]);
        Path spool = Path.of(arguments[1]);
        ProjectId project = ProjectId.random();
        FileMessageLogProvider provider =
                Stores.provider(data, Clock.systemUTC(), Stores.settings(data, 100 << 20, 100));
        try (MessageLog log = provider.open()) {
            NewMessage large =
                    new NewMessage(Direction.CLAUDE, "user", Content.of(spool, 0, Files.size(spool)), Optional.empty());
            compare(
                    spool,
                    log.append(project, List.of(Records.line(1), large, Records.line(3)))
                            .get(1));
        }
        Files.delete(SegmentName.indexOf(Stores.segments(data, project).get(0)));
        try (MessageLog log = provider.open()) {
            MessageQuery all = MessageQuery.all().withMaxBytes(Long.MAX_VALUE);
            compare(spool, log.read(project, all).messages().get(1));
            for (int i = 4; i <= 40_003; i += 100) {
                log.append(project, Records.lines(i, i + 99));
            }
            MessageQuery query = MessageQuery.all()
                    .withOrder(Order.DESCENDING)
                    .withLimit(1000)
                    .withCount(true);
            if (log.read(project, query).total().orElseThrow() != 40_003) {
                throw new IllegalStateException("records are missing");
            }
            compare(spool, log.read(project, query.withBeforeSeq(3)).messages().get(0));
        }
    }

    private static void compare(Path spool, Message message) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(1 << 16);
        try (var expected = Files.newInputStream(spool)) {
            for (long position = 0; position < message.content().size(); ) {
                piece.clear();
                int count = message.content().read(position, piece);
                byte[] bytes = expected.readNBytes(count);
                if (!Arrays.equals(bytes, 0, bytes.length, piece.array(), 0, count)) {
                    throw new IllegalStateException("the content differs behind " + position);
                }
                position += count;
            }
            if (expected.read() >= 0) {
                throw new IllegalStateException("the content is too short");
            }
        }
    }

    @Test
    @DisplayName("X2 M1 a line of 64 MB and 400 segments with a heap of 24 MB")
    void smallHeap() throws IOException, InterruptedException {
        Path spool = data.resolve("spool");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(spool))) {
            out.write("{\"a\":\"".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < SIZE / 16; i++) {
                out.write((1_000_000_000_000L + i + "\u00e9x").getBytes(StandardCharsets.UTF_8));
            }
            out.write("\"}".getBytes(StandardCharsets.US_ASCII));
        }
        Process child = ChildJvm.start(
                SmallHeapTest.class, List.of("-Xmx24m"), data.resolve("store").toString(), spool.toString());
        try {
            assertTrue(child.waitFor(60, TimeUnit.SECONDS), "the child did not end in time");
            assertEquals(0, child.exitValue());
        } finally {
            child.destroyForcibly();
            assertTrue(child.waitFor(10, TimeUnit.SECONDS));
        }
    }
}
