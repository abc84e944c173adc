package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrencyTest {
    @TempDir
    Path data;

    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void endPool() throws InterruptedException {
        pool.shutdownNow();
        assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
    }

    private void runAll(List<Callable<Void>> tasks) throws InterruptedException, ExecutionException, TimeoutException {
        List<Future<Void>> running = new ArrayList<>();
        for (Callable<Void> task : tasks) {
            running.add(pool.submit(task));
        }
        for (Future<Void> task : running) {
            task.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    @DisplayName("M3 M4 readers at full load see whole, gap-free, ordered records, and never less than before")
    void readersAndWriters() throws InterruptedException, ExecutionException, TimeoutException {
        ProjectId project = ProjectId.random();
        CountDownLatch written = new CountDownLatch(1);
        try (MessageLog log = Stores.provider(data, Clock.systemUTC(), Stores.settings(data, 1 << 20, 500))
                .open()) {
            Callable<Void> writer = () -> {
                for (int i = 1; i <= 20_000; i += 10) {
                    log.append(project, Records.lines(i, i + 9));
                    assertEquals(i + 9, log.head(project).lastSeq());
                }
                written.countDown();
                return null;
            };
            Callable<Void> follower = () -> {
                long seen = 0;
                while (seen < 20_000) {
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
                    MessageQuery newest =
                            MessageQuery.all().withOrder(Order.DESCENDING).withLimit(5);
                    LogHead head = log.head(project);
                    List<Message> messages = log.read(project, newest).messages();
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
    @DisplayName("M1 more projects at once than are kept open: each is complete, and the open files are bounded")
    void manyProjects() throws InterruptedException, ExecutionException, TimeoutException {
        FaultyFiles files = new FaultyFiles();
        List<ProjectId> projects = new ArrayList<>();
        try (JsonlMessageLog log = keepingThreeOpen(files)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                List<ProjectId> own = List.of(ProjectId.random(), ProjectId.random(), ProjectId.random());
                projects.addAll(own);
                tasks.add(() -> {
                    for (int i = 1; i <= 60; i++) {
                        for (ProjectId project : own) {
                            assertEquals(
                                    i,
                                    log.append(project, Records.lines(i, i))
                                            .get(0)
                                            .seq());
                            assertEquals(i, Records.readAll(log, project).size());
                        }
                    }
                    return null;
                });
            }
            runAll(tasks);
            assertTrue(log.openCount() <= 3 + 4, "open: " + log.openCount());
            assertTrue(files.open.get() <= 3 + 4, "open: " + files.open.get());
            for (ProjectId project : projects) {
                assertEquals(60, Records.readAll(log, project).size());
                assertEquals(60, log.lastFrom(project, "agent-1").orElseThrow().seq());
            }
        }
        assertEquals(0, files.open.get());
    }

    @Test
    @DisplayName("M1 one that is busy for long stays open, and the others are closed all the same")
    void busyOne() throws Exception {
        FaultyFiles files = new FaultyFiles();
        ProjectId busy = ProjectId.random();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (JsonlMessageLog log = keepingThreeOpen(files)) {
            files.beforeOpen(() -> {
                begun.countDown();
                Waiting.until(() -> released.getCount() == 0);
            });
            Future<?> appending = pool.submit(() -> appendTen(log, busy));
            assertTrue(begun.await(20, TimeUnit.SECONDS));
            for (int i = 0; i < 10; i++) {
                appendTen(log, ProjectId.random());
                assertTrue(log.openCount() <= 3, "open: " + log.openCount());
            }
            released.countDown();
            appending.get(20, TimeUnit.SECONDS);
            assertEquals(10, Records.readAll(log, busy).size());
        }
    }

    @Test
    @DisplayName("M5 who closes a log that somebody else could not close in an orderly way does not say that it is")
    void closedTwice() throws IOException {
        FaultyFiles files = new FaultyFiles();
        ProjectLog log = new ProjectLog(data, context(files));
        log.append(Records.lines(1, 3));
        assertTrue(LogIdentity.read(data).orElseThrow().boot().isPresent(), "there are records that are not forced");
        files.fail("Input/output error", FaultyFiles.Operation.FORCE);
        assertTrue(log.retire(false));
        files.heal();
        assertTrue(log.retire(false));
        assertTrue(LogIdentity.read(data).orElseThrow().boot().isPresent());
    }

    private JsonlMessageLog keepingThreeOpen(FileLayer files) {
        return new JsonlMessageLog(data, context(files), () -> {}, 3);
    }

    private LogContext context(FileLayer files) {
        LogPolicy policy = LogPolicy.of(Stores.settings(data, 1 << 20, 10));
        return new LogContext(
                files,
                Clock.systemUTC(),
                () -> policy,
                new GroupCommit(),
                new IndexCache(files, 2000),
                BootId.present(),
                new LogFigures());
    }

    private static void appendTen(MessageLog log, ProjectId project) {
        for (int i = 1; i <= 10; i++) {
            log.append(project, Records.lines(i, i));
        }
    }

    @Test
    @DisplayName("P1 reading a project while it is deleted gives the old log or the new one, never a mixture")
    void deleteWhileReading() throws InterruptedException, ExecutionException, TimeoutException {
        ProjectId project = ProjectId.random();
        CountDownLatch done = new CountDownLatch(1);
        try (MessageLog log = Stores.provider(data, Clock.systemUTC(), Stores.settings(data, 1 << 20, 3))
                .open()) {
            Callable<Void> deleter = () -> {
                for (int round = 0; round < 30; round++) {
                    appendTen(log, project);
                    log.delete(project);
                }
                done.countDown();
                return null;
            };
            Callable<Void> reader = () -> {
                while (done.getCount() > 0) {
                    MessagePage page = log.read(project, MessageQuery.all());
                    assertEquals(List.of(), page.gaps());
                    assertEquals(page.head().lastSeq(), page.messages().size());
                }
                return null;
            };
            runAll(List.of(deleter, reader));
        }
    }

    @Test
    @DisplayName("P1 a project that is deleted in the middle of a read is read again, as the new log that it is")
    void deletedInTheMiddle() throws IOException {
        ProjectId project = ProjectId.random();
        FaultyFiles files = new FaultyFiles();
        try (MessageLog log = Stores.provider(Clock.systemUTC(), Stores.settings(data, 1 << 20, 3), files)
                .open()) {
            appendTen(log, project);
            // The read has to make this index again, and that is when the delete comes.
            Files.delete(SegmentName.indexOf(Stores.segments(data, project).get(0)));
            files.beforeOpen(() ->
                    CompletableFuture.runAsync(() -> log.delete(project), pool).join());
            MessagePage page = log.read(project, MessageQuery.all().withTypes(Set.of("never")));
            assertEquals(List.of(), page.gaps());
            assertEquals(log.head(project), page.head());
        }
    }

    @Test
    @DisplayName("P1 who reads a project in the very moment in which it is deleted waits for what becomes of it")
    void deletedInThisMoment() throws Exception {
        ProjectId project = ProjectId.random();
        FaultyFiles files = new FaultyFiles();
        try (MessageLog log = Stores.provider(Clock.systemUTC(), Stores.settings(data, 1 << 20, 3), files)
                .open()) {
            appendTen(log, project);
            CompletableFuture<MessagePage> page = new CompletableFuture<>();
            Thread reader = new Thread(() -> page.complete(log.read(project, MessageQuery.all())));
            // The files are gone, and the log does not know it yet.
            files.afterRename(() -> {
                reader.start();
                Waiting.until(() -> page.isDone() || reader.getState() == Thread.State.WAITING);
            });
            log.delete(project);
            assertEquals(List.of(), page.get(20, TimeUnit.SECONDS).gaps());
            assertEquals(0, page.get().head().lastSeq());
        }
    }

    @Test
    @DisplayName("S1 close waits for the calls that have begun; later ones are refused")
    void closeUnderLoad() throws InterruptedException, ExecutionException, TimeoutException {
        ProjectId project = ProjectId.random();
        MessageLog log =
                Stores.provider(data, Clock.systemUTC(), Stores.settings(data)).open();
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
        try (MessageLog again =
                Stores.provider(data, Clock.systemUTC(), Stores.settings(data)).open()) {
            assertEquals(kept[0], again.head(project).lastSeq());
        }
    }
}
