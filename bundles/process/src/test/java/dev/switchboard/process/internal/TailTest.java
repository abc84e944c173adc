package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.SpoolLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TailTest extends CustodyTestBase {
    private static final String TEN_THOUSAND = "print \"line $_\\n\" for 1..10000";

    @Test
    @DisplayName("X3 nothing is lost when an agent writes 10,000 lines and ends at once")
    void fastExit() throws Exception {
        List<String> expected =
                IntStream.rangeClosed(1, 10_000).mapToObj(n -> "line " + n).toList();
        for (int round = 0; round < 5; round++) {
            OutputRecorder output = new OutputRecorder() {
                private final List<SpoolLine> mine = new ArrayList<>();

                @Override
                public CompletionStage<Void> lines(List<SpoolLine> batch) {
                    mine.addAll(batch);
                    return answer;
                }

                @Override
                List<String> texts() {
                    return mine.stream().map(line -> line.content().toText()).toList();
                }
            };
            CustodyRecord agent = launch("perl", "-e", TEN_THOUSAND);
            custodian.tail(agent.agentId(), 0, output);

            assertEquals(0, output.awaitExit().code().getAsInt());
            assertEquals(expected, output.texts());
        }
    }

    @Test
    @DisplayName("X2 a last line without its end is handed over as torn")
    void torn() throws Exception {
        OutputRecorder output = tail(script("printf 'whole\\ntor'; sleep 0.05; printf n"));
        output.awaitExit();

        assertEquals(List.of("whole", "torn"), output.texts());
        assertEquals(
                List.of(false, true), output.lines.stream().map(SpoolLine::torn).toList());
        assertEquals(10, output.lines.get(1).end());
    }

    @Test
    @DisplayName("X2 an agent that is killed in the middle of a line hands over what there is of it")
    void tornByKill() throws Exception {
        CustodyRecord agent = script("printf 'half'; sleep 120");
        OutputRecorder output = tail(agent);
        eventually(
                "half a line",
                () -> custodian.find(agent.agentId()).orElseThrow().outputBytes() == 4);
        kill(agent);

        assertEquals(128 + 9, output.awaitExit().code().getAsInt());
        assertEquals(List.of("half"), output.texts());
        assertTrue(output.lines.get(0).torn());
    }

    @Test
    @DisplayName("X2 a line of 64 MB passes through a small heap")
    void longLine() throws Exception {
        List<String> command = ForkedServer.command("longLine", data.toString(), project.toString());
        Process server = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

        assertEquals(0, server.waitFor(), said);
        assertTrue(said.endsWith("5 bytes, 67108864 bytes of a file, 5 bytes"), said);
    }

    @Test
    @DisplayName("X3 a slow consumer holds back its own agent and no other; nothing is lost")
    void backPressure() throws Exception {
        CustodyRecord agent = launch("perl", "-e", TEN_THOUSAND);
        OutputRecorder slow = new OutputRecorder();
        slow.answer = new CompletableFuture<>();
        custodian.tail(agent.agentId(), 0, slow);
        eventually("a first batch", () -> slow.batches.get() == 1);
        int first = slow.lines.size();

        assertEquals(
                "other", tail(script("echo other; exit 7")).awaitExit().code().getAsInt() == 7 ? "other" : "");

        assertTrue(first <= SpoolReader.BATCH_LINES);
        assertEquals(first, slow.lines.size());
        assertFalse(slow.exit.isDone(), "it has ended, but not all has been handed over");
        CompletableFuture<Void> held = slow.answer;
        slow.answer = CompletableFuture.completedFuture(null);
        held.complete(null);
        slow.awaitExit();
        assertEquals(10_000, slow.lines.size());
    }

    @Test
    @DisplayName("X3 a consumer whose stage fails, or that throws, is told that it was the last call")
    void failingConsumer() throws Exception {
        IllegalStateException failure = new IllegalStateException("cannot log");
        CustodyRecord agent = script("echo one; sleep 120");
        OutputRecorder output = new OutputRecorder();
        output.answer = CompletableFuture.failedFuture(failure);
        custodian.tail(agent.agentId(), 0, output);
        assertSame(failure, output.awaitStop());

        LinkageError gone = new NoClassDefFoundError("the bundle has gone");
        OutputRecorder throwing = new OutputRecorder() {
            @Override
            public CompletionStage<Void> lines(List<SpoolLine> batch) {
                throw gone;
            }
        };
        custodian.tail(agent.agentId(), 0, throwing);
        assertSame(gone, throwing.awaitStop());

        OutputRecorder again = tail(agent);
        again.awaitLine("one");
        kill(agent);
        again.awaitExit();
    }

    @Test
    @DisplayName("X8 tailing goes on behind any line, as often as wanted")
    void offsets() throws Exception {
        CustodyRecord agent = script("echo one; echo two; printf three");
        OutputRecorder all = tail(agent);
        all.awaitExit();

        for (int i = 0; i < 3; i++) {
            OutputRecorder rest = tail(custodian, agent, all.lines.get(i).end());
            rest.awaitExit();
            assertEquals(all.texts().subList(i + 1, 3), rest.texts());
        }
        assertThrows(IllegalArgumentException.class, () -> tail(custodian, agent, -1));
        assertThrows(NoSuchElementException.class, () -> custodian.tail("nobody", 0, new OutputRecorder()));
    }

    @Test
    @DisplayName("X3 an agent is tailed once at a time; a closed tail makes no further call")
    void oneTail() throws Exception {
        CustodyRecord agent = script("while :; do echo line; done");
        AtomicLong calls = new AtomicLong();
        OutputRecorder counting = new OutputRecorder() {
            @Override
            public CompletionStage<Void> lines(List<SpoolLine> batch) {
                calls.incrementAndGet();
                return answer;
            }
        };
        counting.tail = custodian.tail(agent.agentId(), 0, counting);
        assertThrows(IllegalStateException.class, () -> tail(agent));
        eventually("some calls", () -> calls.get() > 10);

        counting.tail.close();
        long then = calls.get();
        counting.tail.close();
        kill(agent);
        OutputRecorder rest = new OutputRecorder() {
            @Override
            public CompletionStage<Void> lines(List<SpoolLine> batch) {
                tail.close();
                return super.lines(batch);
            }
        };
        CountDownLatch set = new CountDownLatch(1);
        rest.answer = new CompletableFuture<>();
        CompletableFuture.runAsync(() -> {
            rest.tail = custodian.tail(agent.agentId(), 0, new Delayed(rest, set));
            set.countDown();
        });
        eventually("a call that closes its own tail", () -> rest.batches.get() == 1);

        OutputRecorder last = tail(
                custodian, agent, custodian.find(agent.agentId()).orElseThrow().outputBytes());
        last.awaitExit();
        assertEquals(then, calls.get());
        assertEquals(0, counting.lastCalls.get());
        assertEquals(0, rest.lastCalls.get());
    }

    /** Waits with its first call until the test knows the tail. */
    private static final class Delayed extends OutputRecorder {
        private final OutputRecorder recorder;
        private final CountDownLatch set;

        Delayed(OutputRecorder recorder, CountDownLatch set) {
            this.recorder = recorder;
            this.set = set;
        }

        @Override
        public CompletionStage<Void> lines(List<SpoolLine> batch) {
            try {
                assertTrue(set.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return recorder.lines(batch);
        }

        @Override
        public void ended(ProcessExit end) {
            recorder.ended(end);
        }

        @Override
        public void stopped(Throwable why) {
            recorder.stopped(why);
        }
    }

    @Test
    @DisplayName("X3 what processes left behind go on writing does not keep an agent from its end")
    void leftBehindWriter() throws Exception {
        CustodyRecord agent = script("(while :; do echo spam; done) & echo mine; sleep 0.2");
        CountDownLatch ended = new CountDownLatch(1);
        custodian.tail(agent.agentId(), 0, new OutputRecorder() {
            @Override
            public CompletionStage<Void> lines(List<SpoolLine> batch) {
                return answer;
            }

            @Override
            public void ended(ProcessExit end) {
                ended.countDown();
            }
        });

        assertTrue(ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(custodian.sweep().killed() >= 1);
    }

    @Test
    @DisplayName("X2 standard error is kept to a bounded tail, fit for people")
    void stderr() throws Exception {
        CustodyRecord agent = launch(
                "perl",
                "-e",
                "$| = 1; print STDERR \"x\" x 1000, \"\\n\" for 1..3000; print \"written\\n\"; <STDIN>;"
                        + " print STDERR \"\\e[31mred\\e[0m \\e]0;title\\a b\\x{202e}\\x01\\tend\\n\"");
        OutputRecorder output = tail(agent);
        output.awaitLine("written");
        eventually("the spool is cut down to its end", () -> {
            long length = file(agent, "stderr").toFile().length();
            return length >= StderrSpool.KEPT && length <= StderrSpool.LIMIT;
        });
        send(agent, 1, "go");

        String tail = output.awaitExit().stderrTail();
        assertTrue(tail.length() <= StderrSpool.TAIL, "length " + tail.length());
        assertTrue(tail.startsWith("x"), tail);
        assertFalse(tail.chars().anyMatch(c -> c != '\n' && c != '\t' && Character.isISOControl(c)), tail);
        assertTrue(tail.contains("red"), tail);
        assertFalse(tail.contains("title"), tail);
    }

    @Test
    @DisplayName("X3 the spools of many agents are read at the same time")
    void manyAgents() throws Exception {
        List<OutputRecorder> outputs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            outputs.add(tail(script("for n in 1 2 3 4 5 6 7 8 9 10; do echo " + i + "-$n; done")));
        }
        for (int i = 0; i < 10; i++) {
            int agent = i;
            outputs.get(i).awaitExit();
            assertEquals(
                    IntStream.rangeClosed(1, 10).mapToObj(n -> agent + "-" + n).toList(),
                    outputs.get(i).texts());
        }
        assertEquals(10, custodian.counts().launched());
        assertEquals(0, custodian.counts().living());
    }

    @Test
    @DisplayName("X8 when custody goes, consumers are told, and the agents go on")
    void goingCustody() throws Exception {
        CustodyRecord agent = script("echo one; read -r line; echo $line");
        OutputRecorder output = tail(agent);
        output.awaitLine("one");
        OutputRecorder held = new OutputRecorder();
        held.answer = new CompletableFuture<>();
        CustodyRecord second = script("echo one; sleep 120");
        custodian.tail(second.agentId(), 0, held);
        eventually("a batch", () -> held.batches.get() == 1);

        custodian.close();

        assertTrue(output.awaitStop().getMessage().contains("stopping"));
        assertTrue(held.awaitStop().getMessage().contains("stopping"));
        assertThrows(IllegalStateException.class, () -> tail(agent));
        custodian = server();
        assertTrue(custodian.find(agent.agentId()).orElseThrow().alive());
        OutputRecorder rest = tail(custodian, agent, output.lines.get(0).end());
        send(agent, 1, "two");
        rest.awaitExit();
        assertEquals(List.of("two"), rest.texts());
        assertEquals("one\ntwo\n", Files.readString(file(agent, "stdout")));
    }
}
