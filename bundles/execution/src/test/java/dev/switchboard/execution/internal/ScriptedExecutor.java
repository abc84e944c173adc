package dev.switchboard.execution.internal;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.logging.LogContext;
import dev.switchboard.message.Origin;
import dev.switchboard.project.ProjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An executor whose agents do what the test says. */
final class ScriptedExecutor implements AgentExecutor {
    final LinkedBlockingQueue<Turn> turns = new LinkedBlockingQueue<>();
    final List<ProjectId> forgotten = new CopyOnWriteArrayList<>();
    /** When the agent of a project that is forgotten is gone. */
    volatile CompletableFuture<Void> gone = CompletableFuture.completedFuture(null);

    volatile Optional<String> unavailable = Optional.empty();
    /** What the executor, which is just leaving, throws once when it is asked what it can do. */
    volatile RuntimeException silence;

    volatile RuntimeException failure;
    volatile Set<String> modes = Set.of("default", "plan", "bypassPermissions");
    /** Whether the agents of the turns to come die when they are killed. */
    volatile boolean mortal = true;
    /** Whether an agent has begun a turn by itself that nobody has been told of yet. */
    volatile boolean occupied;

    volatile Set<String> features = Set.of();
    final LinkedBlockingQueue<Adopted> adoptions = new LinkedBlockingQueue<>();
    volatile RuntimeException refusal;

    /** An agent of an earlier server, or executor, that this one goes on with. */
    record Adopted(AgentAdoption adoption, Turn turn) {}

    @Override
    public AgentCapabilities capabilities() {
        RuntimeException mute = silence;
        if (mute != null) {
            silence = null;
            throw mute;
        }
        return new AgentCapabilities(
                Optional.of("1"),
                unavailable.isPresent() ? Optional.empty() : Optional.of("/x"),
                unavailable,
                modes,
                features);
    }

    @Override
    public AgentTurn launch(AgentLaunch launch, AgentListener listener) {
        if (failure != null) {
            throw failure;
        }
        Turn turn = new Turn(launch, listener);
        turn.diesWhenKilled = mortal;
        turns.add(turn);
        return turn;
    }

    @Override
    public boolean isOccupied(ProjectId project) {
        return occupied;
    }

    @Override
    public AgentTurn adopt(AgentAdoption adoption, AgentListener listener) {
        RuntimeException why = refusal;
        if (why != null) {
            refusal = null;
            throw why;
        }
        Turn turn = new Turn(null, listener);
        turn.agent = adoption.agentId();
        turn.offset = adoption.offset();
        adoptions.add(new Adopted(adoption, turn));
        return turn;
    }

    /** An executor that goes on with the agents of others. */
    ScriptedExecutor adopting() {
        features = Set.of(AgentCapabilities.ADOPT);
        return this;
    }

    /** The next agent that is adopted. */
    Adopted nextAdopted() throws InterruptedException {
        Adopted adopted = adoptions.poll(10, TimeUnit.SECONDS);
        if (adopted == null) {
            throw new AssertionError("no agent was adopted");
        }
        return adopted;
    }

    @Override
    public CompletionStage<Void> forget(ProjectId project) {
        forgotten.add(project);
        return gone;
    }

    /** The next turn that is launched. */
    Turn next() throws InterruptedException {
        Turn turn = turns.poll(10, TimeUnit.SECONDS);
        if (turn == null) {
            throw new AssertionError("no turn was launched");
        }
        return turn;
    }

    /** One turn in the test's hands. */
    static final class Turn implements AgentTurn {
        final AgentLaunch launch;
        final AgentListener listener;
        /** What log lines of its beginning tell. */
        final LogContext context = LogContext.current();

        final AtomicInteger interrupts = new AtomicInteger();
        final AtomicInteger kills = new AtomicInteger();
        final AtomicInteger detaches = new AtomicInteger();
        /** Completes when the executor has let go; a test that wants to do something before replaces it. */
        volatile CompletableFuture<Void> detached = CompletableFuture.completedFuture(null);

        final List<PermissionAnswer> answers = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> killed = new CompletableFuture<>();
        volatile boolean diesWhenKilled = true;
        volatile String agent = "agent";
        private long offset;

        Turn(AgentLaunch launch, AgentListener listener) {
            this.launch = launch;
            this.listener = listener;
        }

        CompletionStage<Void> lines(int count) {
            List<AgentEvent> lines = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                offset += 10;
                lines.add(new AgentEvent.Line(
                        "assistant",
                        Content.of("{\"type\":\"assistant\",\"n\":" + offset / 10 + "}"),
                        Optional.of(new Origin(agent, offset))));
            }
            return listener.on(lines);
        }

        CompletionStage<Void> on(AgentEvent... events) {
            return listener.on(List.of(events));
        }

        CompletionStage<Void> end(Verdict verdict) {
            return on(ended(verdict));
        }

        static AgentEvent.TurnEnded ended(Verdict verdict) {
            return new AgentEvent.TurnEnded(
                    verdict,
                    verdict == Verdict.COMPLETED ? "" : "it failed",
                    verdict == Verdict.DIED ? OptionalInt.of(3) : OptionalInt.empty(),
                    verdict == Verdict.DIED ? "oops" : "",
                    Optional.empty());
        }

        @Override
        public Optional<String> agentId() {
            return Optional.of(agent);
        }

        @Override
        public void interrupt() {
            interrupts.incrementAndGet();
        }

        @Override
        public CompletionStage<Void> kill() {
            kills.incrementAndGet();
            if (diesWhenKilled) {
                end(Verdict.DIED);
                killed.complete(null);
            }
            return killed;
        }

        @Override
        public CompletionStage<Void> detach() {
            detaches.incrementAndGet();
            return detached;
        }

        @Override
        public void answer(PermissionAnswer answer) {
            answers.add(answer);
        }
    }
}
