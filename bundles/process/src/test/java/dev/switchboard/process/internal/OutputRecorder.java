package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.process.OutputConsumer;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.SpoolLine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it is handed, and notes what should not have been. */
class OutputRecorder implements OutputConsumer {
    final List<SpoolLine> lines = new CopyOnWriteArrayList<>();
    final AtomicInteger batches = new AtomicInteger();
    final AtomicInteger lastCalls = new AtomicInteger();
    final CompletableFuture<ProcessExit> exit = new CompletableFuture<>();
    final CompletableFuture<Throwable> stop = new CompletableFuture<>();
    volatile ProcessCustodian.Tail tail;
    volatile CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
    volatile boolean calledAfterLast;

    @Override
    public CompletionStage<Void> lines(List<SpoolLine> batch) {
        calledAfterLast |= lastCalls.get() > 0;
        batches.incrementAndGet();
        lines.addAll(batch);
        return answer;
    }

    @Override
    public void ended(ProcessExit end) {
        lastCalls.incrementAndGet();
        exit.complete(end);
    }

    @Override
    public void stopped(Throwable why) {
        lastCalls.incrementAndGet();
        stop.complete(why);
    }

    List<String> texts() {
        return lines.stream().map(line -> line.content().toText()).toList();
    }

    ProcessExit awaitExit() throws Exception {
        ProcessExit end = exit.get(CustodyTestBase.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertEquals(1, lastCalls.get());
        return end;
    }

    Throwable awaitStop() throws Exception {
        return stop.get(CustodyTestBase.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void awaitLine(String text) throws TimeoutException {
        CustodyTestBase.eventually("the line " + text, () -> texts().contains(text));
    }
}
