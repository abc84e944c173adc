package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.Direction;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.PostgresqlServer;
import dev.switchboard.store.testkit.Records;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers among writers, and contents that are larger than the heap. */
class ReadingTest {
    private static final int SIZE = 64 << 20;

    @TempDir
    Path directory;

    private final String schema = Stores.newSchema();
    private final ProjectId project = ProjectId.random();
    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void endPool() throws InterruptedException {
        pool.shutdownNow();
        assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
    }

    private void runAll(List<Callable<Void>> tasks) throws Exception {
        List<Future<Void>> running = new ArrayList<>();
        for (Callable<Void> task : tasks) {
            running.add(pool.submit(task));
        }
        for (Future<Void> task : running) {
            task.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    @DisplayName("S3 M3 M4 readers at full load see whole, gap-free, ordered records, and never less than before")
    void readersAndWriters() throws Exception {
        int records = 3_000;
        CountDownLatch written = new CountDownLatch(1);
        try (MessageLog log = Stores.messages(Stores.settings(schema)).open()) {
            Callable<Void> writer = () -> {
                for (int i = 1; i <= records; i += 10) {
                    log.append(project, Records.lines(i, i + 9));
                    assertEquals(i + 9, log.head(project).lastSeq());
                }
                written.countDown();
                return null;
            };
            Callable<Void> follower = () -> {
                long seen = 0;
                while (seen < records) {
                    for (Message message : log.read(project, MessageQuery.all().withAfterSeq(seen))
                            .messages()) {
                        assertEquals(++seen, message.seq());
                        assertEquals("{\"n\":" + seen + "}", message.content().toText());
                    }
                }
                return null;
            };
            Callable<Void> tail = () -> {
                long last = 0;
                while (written.getCount() > 0) {
                    LogHead head = log.head(project);
                    List<Message> messages = log.read(
                                    project,
                                    MessageQuery.all()
                                            .withOrder(Order.DESCENDING)
                                            .withLimit(5))
                            .messages();
                    if (!messages.isEmpty()) {
                        assertTrue(messages.get(0).seq() >= Math.max(last, head.lastSeq()));
                        last = messages.get(0).seq();
                    }
                }
                return null;
            };
            runAll(List.of(writer, follower, tail));
        }
    }

    @Test
    @DisplayName(
            "S3 P1 M4 reading a project while it is deleted or made shorter gives one log or the next, never a mixture")
    void deleteWhileReading() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Settings settings = Stores.settings(schema).with(ServerSettings.LOG_RETAIN_BYTES, 21L);
        try (MessageLog log = Stores.messages(settings).open()) {
            Callable<Void> deleter = () -> {
                for (int round = 0; round < 20; round++) {
                    log.append(project, Records.lines(1, 9));
                    ((PostgresqlMessageLog) log).sweep();
                    log.delete(project);
                }
                done.countDown();
                return null;
            };
            Callable<Void> reader = () -> {
                while (done.getCount() > 0) {
                    MessagePage page = log.read(project, MessageQuery.all());
                    LogHead head = page.head();
                    assertEquals(
                            head.lastSeq() - head.firstSeq() + 1,
                            page.messages().size());
                }
                return null;
            };
            runAll(List.of(deleter, reader, reader));
        }
    }

    @Test
    @DisplayName("S3 readers share as many connections as they may have, and those that wait get theirs")
    void connections() throws Exception {
        Settings settings = Stores.settings(schema).with(ServerSettings.POSTGRESQL_CONNECTIONS, 2);
        try (MessageLog log = Stores.messages(settings).open()) {
            log.append(project, Records.lines(1, 100));
            Callable<Void> reader = () -> {
                for (int i = 0; i < 40; i++) {
                    assertEquals(
                            100,
                            log.read(project, MessageQuery.all()).messages().size());
                }
                return null;
            };
            runAll(List.of(reader, reader, reader, reader, reader, reader));
            assertTrue(((PostgresqlMessageLog) log).readConnections() <= 2);
            assertEquals(
                    "3",
                    Stores.server()
                            .sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'switchboard " + schema
                                    + "'"));
        }
    }

    @Test
    @DisplayName(
            "S3 S1 close waits for the calls that have begun; later ones are refused; nothing that was kept is missing")
    void closeUnderLoad() throws Exception {
        MessageLog log = Stores.messages(Stores.settings(schema)).open();
        CountDownLatch begun = new CountDownLatch(1);
        long[] kept = new long[1];
        Callable<Void> writer = () -> {
            try {
                for (int i = 1; ; i++) {
                    kept[0] = log.append(project, Records.lines(i, i)).get(0).seq();
                    begun.countDown();
                }
            } catch (SwitchboardException e) {
                assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
            }
            return null;
        };
        Callable<Void> closer = () -> {
            assertTrue(begun.await(20, TimeUnit.SECONDS));
            log.close();
            return null;
        };
        runAll(List.of(writer, closer));
        try (MessageLog again = Stores.messages(Stores.settings(schema)).open()) {
            assertEquals(kept[0], again.head(project).lastSeq());
        }
    }

    @Test
    @DisplayName("S3 M1 one append that cannot be kept does not harm those that are written with it")
    void faultOfOne() throws Exception {
        Path spool = Files.writeString(directory.resolve("spool"), "{\"a\":1}");
        try (MessageLog log = Stores.messages(Stores.settings(schema)).open()) {
            Callable<Void> good = () -> {
                ProjectId own = ProjectId.random();
                for (int i = 1; i <= 200; i++) {
                    assertEquals(i, log.append(own, Records.lines(i, i)).get(0).seq());
                }
                Retrying.assertNumbered(log, own, 200);
                return null;
            };
            Callable<Void> bad = () -> {
                ProjectId own = ProjectId.random();
                for (int i = 1; i <= 100; i++) {
                    NewMessage short1 = new NewMessage(
                            Direction.CLAUDE, "x", new Shrinking(Content.of(spool, 0, 7)), Optional.empty());
                    try {
                        log.append(own, List.of(Records.line(1), short1));
                        throw new IllegalStateException("it was appended");
                    } catch (SwitchboardException e) {
                        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
                    }
                }
                assertEquals(0, log.head(own).lastSeq());
                return null;
            };
            runAll(List.of(good, bad, good));
        }
    }

    /** A content that can be read once. */
    private static final class Shrinking implements Content {
        private final Content content;
        private int reads;

        Shrinking(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public int read(long position, ByteBuffer target) {
            if (reads++ > 0) {
                throw new UncheckedIOException(new IOException("gone"));
            }
            return content.read(position, target);
        }

        @Override
        public boolean inMemory() {
            return false;
        }
    }

    @Test
    @DisplayName("S3 M1 a content may have any bytes but a line feed, also those that no text of PostgreSQL has")
    void anyBytes() {
        byte[] bytes = new byte[300];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 128 == '\n' ? ' ' : i % 128);
        }
        try (MessageLog log = Stores.messages(Stores.settings(schema)).open()) {
            log.append(
                    project,
                    List.of(new NewMessage(
                            Direction.SERVER, "nul \u0000 \\u0000 \uDC00x", Content.of(bytes), Optional.empty())));
            Message message = log.read(project, MessageQuery.all()).messages().get(0);
            assertTrue(Arrays.equals(bytes, message.content().toBytes()));
            assertEquals("nul \u0000 \\u0000 \uDC00x", message.type());
        }
    }

    /** The child: appends a line of 64 MB from a file, and reads it, with a heap that is smaller. */
    public static void main(String[] arguments) throws IOException {
        Settings settings = Settings.defaults()
                .with(ServerSettings.POSTGRESQL_URL, arguments[0])
                .with(ServerSettings.POSTGRESQL_PASSWORD, PostgresqlServer.PASSWORD)
                .with(ServerSettings.POSTGRESQL_SCHEMA, arguments[1]);
        Path spool = Path.of(arguments[2]);
        ProjectId project = ProjectId.random();
        NewMessage large =
                new NewMessage(Direction.CLAUDE, "user", Content.of(spool, 0, Files.size(spool)), Optional.empty());
        try (MessageLog log = Stores.messages(settings).open()) {
            compare(
                    spool,
                    log.append(project, List.of(Records.line(1), large, Records.line(3)))
                            .get(1));
        }
        try (MessageLog log = Stores.messages(settings).open()) {
            MessageQuery all = MessageQuery.all().withMaxBytes(Long.MAX_VALUE);
            compare(spool, log.read(project, all).messages().get(1));
        }
    }

    private static void compare(Path spool, Message message) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(1 << 20);
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
    @DisplayName("S3 X2 M1 a line of 64 MB with a heap of 32 MB")
    void smallHeap() throws IOException, InterruptedException {
        Path spool = directory.resolve("spool");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(spool))) {
            out.write("{\"a\":\"".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < SIZE / 16; i++) {
                out.write((1_000_000_000_000L + i + "\u00e9x").getBytes(StandardCharsets.UTF_8));
            }
            out.write("\"}".getBytes(StandardCharsets.US_ASCII));
        }
        Process child = ChildJvm.start(
                ReadingTest.class, List.of("-Xmx32m"), Stores.server().url(), schema, spool.toString());
        try {
            assertTrue(child.waitFor(60, TimeUnit.SECONDS), "the child did not end in time");
            assertEquals(0, child.exitValue());
        } finally {
            child.destroyForcibly();
            assertTrue(child.waitFor(10, TimeUnit.SECONDS));
        }
    }
}
