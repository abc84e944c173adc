package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.process.OutputConsumer;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.SpoolLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a spool is looked at, by a clock that the test turns. */
class SpoolTailTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long US = MS / 1000;

    @TempDir
    Path directory;

    private final List<String> lines = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    private int wakes;
    private long now = 1_000_000 * MS;
    private Path spool;
    private SpoolTail tail;

    @BeforeEach
    void open() throws IOException {
        AgentDirectory agent = new AgentDirectory(directory);
        spool = Files.createFile(agent.stdout());
        ProcessTable table = new HandleProcessTable(); // it does not look for cookies
        ProcessIdentity self =
                table.find(ProcessHandle.current().pid()).orElseThrow().identity();
        AgentManifest manifest =
                new AgentManifest("a", "cookie", self, self, false, Instant.EPOCH, "/", List.of("x"), Map.of());
        tail = new SpoolTail(
                new Agent(agent, manifest, table),
                new SpoolReader(spool, 0),
                new OutputConsumer() {
                    @Override
                    public CompletionStage<Void> lines(List<SpoolLine> more) {
                        more.forEach(line -> lines.add(line.content().toText()));
                        return CompletableFuture.completedStage(null);
                    }

                    @Override
                    public void ended(ProcessExit exit) {
                        lines.add("ended");
                    }

                    @Override
                    public void stopped(Throwable why) {
                        lines.add("stopped");
                    }
                },
                () -> wakes++,
                now);
    }

    @AfterEach
    void close() {
        tail.close();
    }

    /** The pauses between the next looks, in microseconds. */
    private List<Long> looks(int count) {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tail.turn(buffer, now);
            long pause = tail.pause(now);
            pauses.add(pause / US);
            now += pause;
        }
        return pauses;
    }

    private static long longest(List<Long> pauses) {
        return pauses.stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    @Test
    @DisplayName(
            "X2 a silent agent is looked at every 20 ms; told something, at once and four times in each ms, then less and less often")
    void answersAreExpected() throws IOException {
        looks(100);
        assertEquals(20_000, longest(looks(3)));
        tail.expect();
        assertTrue(wakes > 0);
        assertEquals(0, tail.pause(now));
        List<Long> urgent = looks(60);
        assertEquals(250, longest(urgent));
        List<Long> pauses = looks(5);
        assertTrue(longest(pauses) > 250 && longest(pauses) <= 2000, pauses::toString);
        Files.writeString(spool, "answer\n", StandardOpenOption.APPEND);
        looks(1);
        assertEquals(List.of("answer"), lines);
        looks(100);
        assertEquals(20_000, longest(looks(3)));
    }

    @Test
    @DisplayName("X2 where lines flow, the next one is found within 2 ms")
    void linesFlow() throws IOException {
        looks(100);
        for (int i = 0; i < 5; i++) {
            Files.writeString(spool, "line\n", StandardOpenOption.APPEND);
            looks(2);
            List<Long> pauses = looks(8);
            assertTrue(longest(pauses) <= 2000, pauses::toString);
        }
        assertEquals(5, lines.size());
    }
}
