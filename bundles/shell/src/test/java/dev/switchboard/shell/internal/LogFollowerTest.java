package dev.switchboard.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LogFollowerTest {
    private final FakeServer server = new FakeServer();
    private final ProjectId project =
            server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
    private final ProjectWatch watch = new ProjectWatch(project);
    private final Seen seen = new Seen();
    private final Execution run = Runs.started(ExecutionId.random(), project, 1);

    /** Notes what it was shown. */
    private static final class Seen implements RecordView {
        final List<String> lines = new ArrayList<>();

        @Override
        public void show(Message message) {
            lines.add(Long.toString(message.seq()));
        }

        @Override
        public void missing(Gap gap) {
            lines.add("gap " + gap.from() + "-" + gap.to());
        }

        @Override
        public void replaced() {
            lines.add("replaced");
        }
    }

    private LogFollower from(long afterSeq) {
        return new LogFollower(server, project, afterSeq, watch, seen, new Output().console);
    }

    private Message append() {
        Message message = server.record(Direction.CLAUDE, "assistant", Runs.says("x"));
        watch.on(Runs.recorded(project, message));
        return message;
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            append();
        }
    }

    private static List<String> seqs(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(Long::toString).toList();
    }

    @Test
    @DisplayName("H6 shows what is there, over many pages, up to where it was told and no further")
    void showsWhatIsThere() {
        append(250);
        from(20).showTo(240);
        assertEquals(seqs(21, 240), seen.lines);
    }

    @Test
    @DisplayName("H6 an empty log shows nothing and ends")
    void showsNothing() {
        from(0).showTo(0);
        from(0).showTo(5);
        assertEquals(List.of(), seen.lines);
    }

    @Test
    @DisplayName("H6 records that are missing are told in their place, once")
    void tellsGaps() {
        append(6);
        server.records.removeIf(message -> message.seq() == 3 || message.seq() == 4 || message.seq() == 6);
        server.gaps = List.of(new Gap(3, 4, "damaged on disk"), new Gap(6, 6, "damaged on disk"));
        from(0).showTo(6);
        assertEquals(List.of("1", "2", "gap 3-4", "5", "gap 6-6"), seen.lines);
    }

    @Test
    @DisplayName("X3 H6 a run is shown to its last record, although its end was told before that was read")
    void showsAWholeRun() throws InterruptedException {
        append(3);
        watch.only(run.id());
        watch.on(Runs.ended(run, 3, Runs.outcome(Result.COMPLETED)));
        ExecutionEvent.Ended end = from(0).showRun(run.id()).orElseThrow();
        assertEquals(Result.COMPLETED, end.outcome().result());
        assertEquals(seqs(1, 3), seen.lines);
    }

    @Test
    @DisplayName("H6 the records of the next run are not shown as this one's")
    void leavesTheNextRunAlone() throws InterruptedException {
        append(2);
        AtomicInteger reads = new AtomicInteger();
        server.beforeReading = () -> {
            // Between the look for the end and the reading, this run ends and another begins.
            if (reads.incrementAndGet() == 1) {
                append();
                watch.on(Runs.ended(run, 3, Runs.outcome(Result.COMPLETED)));
                append(4);
            }
        };
        assertTrue(from(0).showRun(run.id()).isPresent());
        assertEquals(seqs(1, 3), seen.lines);
    }

    @Test
    @DisplayName("H6 the end that is told while the last page was read does not hide what is behind that page")
    void readsOnAfterTheEnd() throws InterruptedException {
        append(2);
        AtomicInteger reads = new AtomicInteger();
        server.afterReading = () -> {
            if (reads.incrementAndGet() == 2) {
                append(2);
                watch.on(Runs.ended(run, 4, Runs.outcome(Result.COMPLETED)));
            }
        };
        assertTrue(from(0).showRun(run.id()).isPresent());
        assertEquals(seqs(1, 4), seen.lines);
    }

    @Test
    @DisplayName("H6 the ends of other runs and what happens on other projects are not taken for this run's")
    void ignoresOthers() throws InterruptedException {
        ProjectId other = ProjectId.random();
        Execution elsewhere = Runs.started(run.id(), other, 1);
        Execution another = Runs.started(ExecutionId.random(), project, 1);
        watch.only(run.id());
        watch.on(Runs.ended(elsewhere, 1, Runs.outcome(Result.FAILED)));
        watch.on(Runs.ended(another, 1, Runs.outcome(Result.KILLED)));
        assertEquals(Optional.empty(), watch.end(run.id()));
        assertEquals(Optional.empty(), watch.end(another.id()));
    }

    @Test
    @DisplayName("S1 H6 while the store is being swapped it waits, and misses nothing")
    void waitsForTheStore() throws InterruptedException {
        append(2);
        AtomicInteger reads = new AtomicInteger();
        server.beforeReading = () -> {
            if (reads.incrementAndGet() <= 3) {
                // What happens meanwhile wakes it, so that no test waits for time to pass.
                watch.on(Runs.recorded(project, server.records.get(0)));
                throw new SwitchboardException(ErrorCode.STORAGE_UNAVAILABLE, "being replaced");
            }
        };
        watch.on(Runs.ended(run, 2, Runs.outcome(Result.COMPLETED)));
        assertTrue(from(0).showRun(run.id()).isPresent());
        assertEquals(seqs(1, 2), seen.lines);
    }

    @Test
    @DisplayName("H6 it does not wait for ever")
    void givesUp() {
        AtomicInteger reads = new AtomicInteger();
        append();
        server.beforeReading = () -> {
            reads.incrementAndGet();
            watch.on(Runs.recorded(project, server.records.get(0)));
            throw new SwitchboardException(ErrorCode.STORAGE_UNAVAILABLE, "gone");
        };
        SwitchboardException failure = assertThrows(SwitchboardException.class, () -> from(0).showRun(run.id()));
        assertEquals("gone", failure.getMessage());
        assertEquals(121, reads.get());
    }

    @Test
    @DisplayName("H6 what will not pass is not waited for")
    void failsAtOnce() {
        AtomicInteger reads = new AtomicInteger();
        server.beforeReading = () -> {
            reads.incrementAndGet();
            throw new SwitchboardException(ErrorCode.INTERNAL_ERROR, "broken");
        };
        assertThrows(SwitchboardException.class, () -> from(0).showAll());
        assertEquals(1, reads.get());
    }

    @Test
    @DisplayName("H6 following ends when the project is deleted, and begins anew when its log is replaced")
    void followsChanges() throws InterruptedException {
        append(3);
        AtomicInteger reads = new AtomicInteger();
        server.afterReading = () -> {
            switch (reads.incrementAndGet()) {
                case 2 -> {
                    server.records.clear();
                    append(2);
                    watch.on(new ExecutionEvent.LogReplaced(FakeServer.status(
                            project, "/srv/one", Optional.empty(), new LogHead(FakeServer.EPOCH, 1, 0))));
                }
                case 4 -> watch.on(new ExecutionEvent.Deleted(server.projects.get(0)));
                default -> {
                    // nothing happens
                }
            }
        };
        from(2).showAll();
        assertEquals(List.of("3", "replaced", "1", "2"), seen.lines);
    }

    @Test
    @DisplayName("H6 a reader who is gone is not written for any longer; the run goes on")
    void noticesThatNobodyReads() throws InterruptedException {
        append(500);
        Console broken = new Console(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        throw new UncheckedIOException(new java.io.IOException("never reached"));
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) throws java.io.IOException {
                        throw new java.io.IOException("closed");
                    }
                },
                () -> false);
        LogFollower follower = new LogFollower(server, project, 0, watch, new RunView(broken), broken);
        assertEquals(Optional.empty(), follower.showRun(run.id()));
    }

    @Test
    @DisplayName("H6 P1 following ends with the project, also if its log is gone before that is told")
    void endsWithTheProject() throws InterruptedException {
        append(2);
        server.afterReading = () -> server.beforeReading = () -> {
            throw new SwitchboardException(ErrorCode.PROJECT_NOT_FOUND, "gone");
        };
        from(0).showAll();
        assertEquals(seqs(1, 2), seen.lines);
    }

    @Test
    @DisplayName("H6 Ctrl-C ends the wait")
    void canBeInterrupted() {
        server.afterReading = () -> Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> from(0).showAll());
    }
}
