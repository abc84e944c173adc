package dev.switchboard.executor.claude.internal;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.message.Origin;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.SpoolLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn of one CLI: makes events of what its process writes, and says when it is over.
 *
 * <p>The process calls one at a time, the methods of {@link AgentTurn} come from anywhere. What both change is behind the
 * lock, which is held for as long as a launch takes, at most, and never while the listener is called.
 */
final class ClaudeTurn implements AgentTurn, Follower {
    private static final Logger LOG = LoggerFactory.getLogger(ClaudeTurn.class);
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final ClaudeLauncher launcher;
    private final AgentListener listener;
    private final Optional<AgentLaunch> launch;
    private final long reportedTo;
    private final Utf8Repair repair = new Utf8Repair();
    private final LineInterpreter interpreter = new LineInterpreter(repair);

    private final ReentrantLock lock = new ReentrantLock();
    private volatile ClaudeProcess process;
    private volatile TurnProgress progress;
    private volatile CompletionStage<Void> reported = DONE;
    private volatile List<PermissionAnswer> unconfirmed = List.of();
    private volatile boolean ended;
    private volatile boolean detached;
    private volatile boolean stopAsked;
    private volatile boolean killed;

    /**
     * @param launch what to do again in a new conversation if the one to be continued does not exist; empty if that is not
     *        to be tried
     * @param reportedTo up to this offset, output was reported by an earlier server
     */
    ClaudeTurn(ClaudeLauncher launcher, AgentListener listener, Optional<AgentLaunch> launch, long reportedTo) {
        this.launcher = launcher;
        this.listener = listener;
        this.launch = launch;
        this.reportedTo = reportedTo;
    }

    /**
     * Begins to follow a process, from the start of its output.
     *
     * @param open questions that may be answered although they are not asked again
     * @param answers to be given (again) once all that was reported before has been read
     * @throws RuntimeException if its output cannot be read; it is left alone then
     */
    void follow(ClaudeProcess next, TurnProgress from, List<PermissionRequest> open, List<PermissionAnswer> answers) {
        unconfirmed = List.copyOf(answers);
        process = next;
        progress = from;
        progress.reopen(open);
        progress.mute(reportedTo > 0);
        next.follow(0, this);
    }

    @Override
    public Optional<String> agentId() {
        return Optional.of(process.agentId());
    }

    @Override
    public void interrupt() {
        lock.lock();
        try {
            if (!ended && !detached) {
                stopAsked = true;
                process.tell(ClaudeMessages.interrupt());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Void> kill() {
        lock.lock();
        try {
            if (ended || detached) {
                return DONE;
            }
            stopAsked = true;
            killed = true;
            return process.kill();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Void> detach() {
        lock.lock();
        try {
            detached = true;
            return process.detach();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void answer(PermissionAnswer answer) {
        if (ended || detached) {
            return;
        }
        progress.open(answer.permissionId()).ifPresent(request -> process.tell(ClaudeMessages.answer(request, answer)));
    }

    @Override
    public CompletionStage<Void> lines(List<SpoolLine> lines) {
        if (ended) {
            // The process is being ended with its only turn: nobody is there for what it says now.
            return DONE;
        }
        Optional<Long> over;
        try {
            over = read(lines);
        } catch (RuntimeException e) {
            LOG.error("Agent {}: its output cannot be read", process.agentId(), e);
            unreadable();
            return reported;
        }
        reply(lines.get(lines.size() - 1).end());
        if (progress.sessionUnknown()) {
            return startAnew(Optional.empty());
        }
        return over.isPresent()
                ? end(Optional.empty(), origin(over.get()))
                : goOn(lines.get(lines.size() - 1).end());
    }

    private void reply(long end) {
        if (end >= reportedTo) {
            unconfirmed.forEach(this::answer);
            unconfirmed = List.of();
        }
        progress.takeReplies().forEach(process::tell);
    }

    /** @return the end of the line that ended the turn */
    private Optional<Long> read(List<SpoolLine> lines) {
        for (SpoolLine line : lines) {
            progress.mute(line.end() <= reportedTo);
            interpreter.interpret(line, progress);
            if (progress.sessionUnknown()) {
                return Optional.empty();
            }
            if (line.end() >= reportedTo && progress.over()) {
                return Optional.of(line.end());
            }
        }
        progress.mute(lines.get(lines.size() - 1).end() < reportedTo);
        return Optional.empty();
    }

    private CompletionStage<Void> goOn(long end) {
        if (end < reportedTo) {
            return DONE;
        }
        List<AgentEvent> events = progress.takeEvents();
        CompletionStage<Void> recorded = report(events.isEmpty() ? List.of(new AgentEvent.Alive()) : events);
        if (progress.nearlyOver()) {
            ClaudeProcess current = process;
            ClaudeRuntime runtime = launcher.runtime();
            recorded.whenComplete((done, failure) ->
                    runtime.later(runtime.timings().settle(), () -> current.execute(() -> settle(end))));
        }
        return recorded;
    }

    /** Ends a turn of which only one sign of the end was seen, and the other did not follow. */
    private void settle(long end) {
        if (!ended && !detached && progress.nearlyOver()) {
            LOG.warn("Agent {}: its turn ended without the usual signs", process.agentId());
            end(Optional.empty(), origin(end));
        }
    }

    @Override
    public CompletionStage<Void> exited(ProcessExit exit) {
        if (ended) {
            return DONE;
        }
        return progress.mayStartAnew() && ResultLine.tellsUnknownSession(exit.stderrTail())
                ? startAnew(Optional.of(exit))
                : end(Optional.of(exit), Optional.empty());
    }

    @Override
    public void unreadable() {
        if (!ended) {
            process.endNow();
            end(TurnEnds.unreadable());
        }
    }

    /** The conversation does not exist (any more): asks the same in a new one, once. */
    private CompletionStage<Void> startAnew(Optional<ProcessExit> exit) {
        Optional<AgentEvent.TurnEnded> end;
        lock.lock();
        try {
            if (detached) {
                return DONE;
            }
            end = stopAsked || launch.isEmpty()
                    ? Optional.of(TurnEnds.of(progress.result(), stopAsked, killed, exit, Optional.empty()))
                    : launchAnew(launch.get());
        } finally {
            lock.unlock();
        }
        return end.map(this::end).orElse(DONE);
    }

    private Optional<AgentEvent.TurnEnded> launchAnew(AgentLaunch again) {
        LOG.info("Agent {}: its conversation does not exist any more, beginning a new one", process.agentId());
        process.unfollow();
        process.finish();
        try {
            ClaudeProcess next = launcher.launch(again, SessionStart.anew());
            TurnProgress anew = new TurnProgress(next.agentId(), again.options().ask(), Optional.empty(), false);
            try {
                follow(next, anew, List.of(), List.of());
            } catch (RuntimeException e) {
                next.discard();
                throw e;
            }
            return Optional.empty();
        } catch (SwitchboardException e) {
            return Optional.of(TurnEnds.notBegun(e));
        } catch (RuntimeException e) {
            LOG.error("Agent {}: beginning anew failed", process.agentId(), e);
            return Optional.of(TurnEnds.unreadable());
        }
    }

    private Optional<Origin> origin(long end) {
        return Optional.of(new Origin(process.agentId(), end));
    }

    private CompletionStage<Void> end(Optional<ProcessExit> exit, Optional<Origin> origin) {
        return end(TurnEnds.of(progress.result(), stopAsked, killed, exit, origin));
    }

    private CompletionStage<Void> end(AgentEvent.TurnEnded end) {
        ended = true;
        if (progress.notJsonLines() > 0) {
            launcher.runtime().countNotJson(progress.notJsonLines());
            LOG.warn(
                    "Agent {}: {} lines were no JSON objects and were dropped",
                    process.agentId(),
                    progress.notJsonLines());
        }
        List<AgentEvent> events = new ArrayList<>(progress.takeEvents());
        events.add(end);
        CompletionStage<Void> recorded = report(events);
        recorded.whenCompleteAsync(
                (done, failure) -> {
                    if (!detached) {
                        process.finish();
                    }
                },
                launcher.runtime().pool());
        return recorded;
    }

    /** Hands events on when those before have been recorded, unless the turn was given away by then. */
    private CompletionStage<Void> report(List<AgentEvent> events) {
        for (AgentEvent event : events) {
            if (event instanceof AgentEvent.SessionChanged changed) {
                process.label(AgentExecutor.LABEL_SESSION, changed.sessionId());
            }
        }
        List<Path> copies = repair.takeCopies();
        CompletionStage<Void> recorded = reported.thenCompose(before -> detached ? DONE : tell(events));
        reported = recorded;
        recorded.whenComplete((done, failure) -> Utf8Repair.delete(copies));
        return recorded;
    }

    private CompletionStage<Void> tell(List<AgentEvent> events) {
        try {
            return listener.on(events);
        } catch (RuntimeException e) {
            LOG.error("Agent {}: its listener failed", process.agentId(), e);
            return DONE;
        }
    }
}
