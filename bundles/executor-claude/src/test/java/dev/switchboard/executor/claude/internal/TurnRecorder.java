package dev.switchboard.executor.claude.internal;

import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A listener that keeps everything, notes what breaks the contract, and can be slow. */
class TurnRecorder implements AgentListener {
    static final Duration BOUND = Duration.ofSeconds(30);

    private final ExecutionId execution = ExecutionId.random();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<AgentEvent> events = new ArrayList<>();
    private final List<String> breaches = new ArrayList<>();
    private final List<CompletableFuture<Void>> held = new ArrayList<>();
    private boolean holding;
    private int calls;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    @Override
    public ExecutionId execution() {
        return execution;
    }

    @Override
    public CompletionStage<Void> on(List<AgentEvent> more) {
        lock.lock();
        try {
            calls++;
            breach(more.isEmpty(), "no events");
            breach(!last.isDone(), "a call before the stage of the one before has completed");
            breach(ended(), "a call after the end: " + more);
            for (AgentEvent event : more) {
                // Lines may be read only until the stage completes.
                events.add(
                        event instanceof AgentEvent.Line line && line.line().size() <= 1 << 20
                                ? new AgentEvent.Line(line.type(), copy(line.line()), line.origin())
                                : event);
                read(event);
            }
            last = new CompletableFuture<>();
            if (holding) {
                held.add(last);
            } else {
                last.complete(null);
            }
            changed.signalAll();
            return last;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public AgentListener nextTurn(AgentTurn turn) {
        throw new AssertionError("no turn of its own was expected");
    }

    /** Called with each event while its content can be read. */
    void read(AgentEvent event) {}

    /** From now on stages complete only at {@link #release}. */
    void hold() {
        lock.lock();
        try {
            holding = true;
        } finally {
            lock.unlock();
        }
    }

    void release() {
        List<CompletableFuture<Void>> waiting;
        lock.lock();
        try {
            holding = false;
            waiting = List.copyOf(held);
            held.clear();
        } finally {
            lock.unlock();
        }
        waiting.forEach(stage -> stage.complete(null));
    }

    int calls() {
        lock.lock();
        try {
            return calls;
        } finally {
            lock.unlock();
        }
    }

    List<AgentEvent> events() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    <T extends AgentEvent> List<T> of(Class<T> type) {
        return events().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The lines' texts. */
    List<String> lines() {
        return of(AgentEvent.Line.class).stream()
                .map(line -> line.line().toText())
                .toList();
    }

    Stream<String> types() {
        return of(AgentEvent.Line.class).stream().map(AgentEvent.Line::type);
    }

    /** Waits for an event. */
    <T extends AgentEvent> T await(Class<T> type, Predicate<T> wanted) throws InterruptedException {
        long left = BOUND.toNanos();
        lock.lock();
        try {
            while (true) {
                for (AgentEvent event : events) {
                    if (type.isInstance(event) && wanted.test(type.cast(event))) {
                        return type.cast(event);
                    }
                }
                if (left <= 0) {
                    throw new AssertionError("no such " + type.getSimpleName() + " came in time; there are "
                            + events.stream()
                                    .map(event -> event.getClass().getSimpleName())
                                    .toList());
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    <T extends AgentEvent> T await(Class<T> type) throws InterruptedException {
        return await(type, any -> true);
    }

    /** Waits for the end of the turn, and fails if the contract was broken until then. */
    AgentEvent.TurnEnded end() throws InterruptedException {
        AgentEvent.TurnEnded end = await(AgentEvent.TurnEnded.class);
        lock.lock();
        try {
            if (!breaches.isEmpty()) {
                throw new AssertionError(breaches.toString());
            }
        } finally {
            lock.unlock();
        }
        return end;
    }

    /** Waits a bounded time for something. */
    static void eventually(String what, Condition0 condition) throws InterruptedException {
        long deadline = System.nanoTime() + BOUND.toNanos();
        CompletableFuture<Void> never = new CompletableFuture<>();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: " + what);
            }
            try {
                never.get(5, TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                // look again
            } catch (java.util.concurrent.ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Something to wait for. */
    interface Condition0 {
        boolean holds();
    }

    private boolean ended() {
        return events.stream().anyMatch(AgentEvent.TurnEnded.class::isInstance);
    }

    private void breach(boolean broken, String what) {
        if (broken) {
            breaches.add(what);
        }
    }

    private static dev.switchboard.content.Content copy(dev.switchboard.content.Content content) {
        return dev.switchboard.content.Content.of(content.toBytes());
    }
}
