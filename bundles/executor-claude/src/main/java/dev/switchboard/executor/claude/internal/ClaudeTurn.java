package dev.switchboard.executor.claude.internal;

import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.executor.claude.internal.StartGate.Place;
import dev.switchboard.executor.claude.internal.StartGate.Start;
import dev.switchboard.message.Origin;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.SpoolLine;
import dev.switchboard.project.ProjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
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
    /** Output that is not given back as long as the process lives: one that wrote more is not kept. */
    static final long SPOOL_LIMIT = 256L << 20;

    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final ClaudeLauncher launcher;
    private final ProjectId project;
    private final Ask ask;
    private final Optional<AgentLaunch> launch;
    private final Optional<Setup> setup;
    private volatile long reportedTo;
    private final TurnReports reports = new TurnReports(this::givenAway);
    private final LineInterpreter interpreter = new LineInterpreter(reports::repaired);

    private final ReentrantLock lock = new ReentrantLock();
    /** Null while the turn waits for the start of one. */
    private volatile ClaudeProcess process;

    private volatile String agentId;
    private volatile Place place;
    private volatile CompletableFuture<Void> launched;
    private volatile TurnProgress progress;
    private volatile List<PermissionAnswer> unconfirmed = List.of();
    private volatile boolean continued;
    private volatile boolean usual = true;
    private volatile boolean ended;
    private volatile boolean detached;
    private volatile boolean stopAsked;
    private volatile boolean interruptEarly;
    private volatile boolean killed;
    private volatile CompletionStage<Void> endRecorded = DONE;

    /** A turn that is launched, and may be launched again in a new conversation if its own does not exist. */
    ClaudeTurn(ClaudeLauncher launcher, AgentListener listener, PreparedLaunch prepared) {
        this(
                launcher,
                prepared.launch().project(),
                prepared.launch().options().ask(),
                Optional.of(prepared.launch()),
                Setup.of(prepared),
                0);
        reports.to(listener);
    }

    /** A turn of an earlier server; up to {@code offset} of the adoption, its output was reported. */
    ClaudeTurn(
            ClaudeLauncher launcher,
            AgentListener listener,
            AgentAdoption adoption,
            Optional<AgentLaunch> launch,
            Optional<Setup> setup) {
        this(launcher, adoption.project(), adoption.options().ask(), launch, setup, adoption.offset());
        reports.to(listener);
    }

    /**
     * @param launch what to do again if the conversation to be continued does not exist; empty if that is not to be tried
     * @param setup of the process, if it may have another turn
     * @param reportedTo up to this offset, output was reported by an earlier server
     */
    ClaudeTurn(
            ClaudeLauncher launcher,
            ProjectId project,
            Ask ask,
            Optional<AgentLaunch> launch,
            Optional<Setup> setup,
            long reportedTo) {
        this.launcher = launcher;
        this.project = project;
        this.ask = ask;
        this.launch = launch;
        this.setup = setup;
        this.reportedTo = reportedTo;
    }

    /**
     * Has it take place in a process of its own, which may have to wait for others to have started.
     *
     * @throws RuntimeException if it did not have to wait, and cannot be launched; the listener was not called then
     */
    void start(PreparedLaunch prepared) {
        agentId = prepared.agentId();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        launched = begun;
        place = launcher.runtime().starts().enter(new Start() {
            @Override
            public void begin(Place free) {
                launch(prepared, free);
                begun.complete(null);
            }

            @Override
            public void failed(RuntimeException why) {
                end(TurnEnds.notBegun(why));
                begun.complete(null);
            }
        });
    }

    private void launch(PreparedLaunch prepared, Place free) {
        lock.lock();
        try {
            if (!stopAsked) {
                launchNow(prepared, free);
                return;
            }
        } finally {
            lock.unlock();
        }
        free.done();
        end(TurnEnds.neverBegun(killed));
    }

    private void launchNow(PreparedLaunch prepared, Place free) {
        ClaudeProcess next = launcher.start(prepared);
        launcher.runtime().later(launcher.runtime().timings().start(), free::done);
        place = free;
        Optional<String> resumed = prepared.session().resumed();
        try {
            String uuid = prepared.launch().execution().toString();
            follow(
                    next,
                    new TurnProgress(next.agentId(), ask, resumed, resumed.isPresent(), uuid),
                    List.of(),
                    List.of());
        } catch (RuntimeException e) {
            process = null;
            next.discard();
            throw e;
        }
    }

    /** The process has started, or does not have to be waited for: the next one may. */
    private void started() {
        if (place != null) {
            place.done();
        }
    }

    /**
     * Begins to follow a process, from the start of its output.
     *
     * @param open questions that may be answered although they are not asked again
     * @param answers to be given (again) once all that was reported before has been read
     * @throws RuntimeException if its output cannot be read; it is left alone then
     */
    void follow(ClaudeProcess next, TurnProgress from, List<PermissionRequest> open, List<PermissionAnswer> answers) {
        continued = launch.isPresent() && !next.inFirstTurn();
        unconfirmed = List.copyOf(answers);
        agentId = next.agentId();
        process = next;
        progress = from;
        progress.reopen(open);
        long offset = next.turnOffset();
        progress.mute(reportedTo > offset);
        next.follow(offset, this);
    }

    /** Is given a process that has had turns before; nothing is sent to it yet. */
    void take(ClaudeProcess warm) {
        agentId = warm.agentId();
        process = warm;
        AgentLaunch begun = launch.orElseThrow();
        progress = new TurnProgress(
                agentId,
                ask,
                begun.session().sessionId(),
                false,
                begun.execution().toString());
        if (warm.tellsMessages()) {
            progress.awaitMessage();
        }
        continued = true;
        warm.handTo(this);
    }

    /** The agent has begun this turn without being asked. */
    void goOnByItself(ClaudeProcess warm, TurnProgress from, AgentListener before, long offset) {
        agentId = warm.agentId();
        process = warm;
        progress = from;
        AgentListener listener = before.nextTurn(this);
        reports.to(listener);
        try {
            warm.beginTurn(TurnBeginning.byItself(listener.execution(), warm.serverLabels()), offset);
        } catch (RuntimeException e) {
            LOG.warn("Agent {}: its own turn could not be noted in custody: {}", warm.agentId(), e.toString());
        }
    }

    @Override
    public Optional<String> agentId() {
        return Optional.of(agentId);
    }

    @Override
    public void interrupt() {
        lock.lock();
        try {
            if (ended || detached) {
                return;
            }
            stopAsked = true;
            if (process == null) {
                stopBeforeStart();
            } else {
                interruptEarly = progress.untouched();
                process.tell(ClaudeMessages.interrupt());
            }
        } finally {
            lock.unlock();
        }
    }

    /** There is no process yet, and need not be one any more. */
    private void stopBeforeStart() {
        if (!place.cancel()) {
            return; // stopped before, or just being launched: that looks whether it should
        }
        AgentEvent.TurnEnded end = TurnEnds.neverBegun(killed);
        try {
            launcher.runtime().pool().execute(() -> end(end));
        } catch (RejectedExecutionException e) {
            end(end);
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
            if (process == null) {
                stopBeforeStart();
                return DONE;
            }
            return process.kill();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Void> detach() {
        lock.lock();
        try {
            if (process == null && !ended) {
                place.hurry(); // somebody else can only go on with what is there
            }
            if (ended) {
                return reports.endTold(); // nobody has to go on with it, and its process is seen to
            }
            if (process == null) {
                return launched.thenCompose(done -> detach()); // just being launched
            }
            detached = true;
            started();
            return process.detach();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void answer(PermissionAnswer answer) {
        ClaudeProcess asking = process;
        if (ended || detached || asking == null) {
            return;
        }
        progress.open(answer.permissionId()).ifPresent(request -> asking.tell(ClaudeMessages.answer(request, answer)));
    }

    @Override
    public CompletionStage<Void> lines(List<SpoolLine> lines) {
        started();
        if (ended) {
            // The process is being ended with its only turn: nobody is there for what it says now.
            return DONE;
        }
        OptionalInt over;
        try {
            over = read(lines);
        } catch (RuntimeException e) {
            LOG.error("Agent {}: its output cannot be read", process.agentId(), e);
            unreadable();
            return reports.recorded();
        }
        reply(lines.get(lines.size() - 1).end());
        interruptOnceBegun();
        if (progress.sessionUnknown()) {
            return startAnew(Optional.empty(), SessionStart.anew());
        }
        if (over.isEmpty()) {
            return goOn(lines.get(lines.size() - 1).end());
        }
        CompletionStage<Void> recorded =
                end(Optional.empty(), origin(lines.get(over.getAsInt()).end()));
        List<SpoolLine> rest = lines.subList(over.getAsInt() + 1, lines.size());
        ClaudeProcess last = process;
        return rest.isEmpty()
                ? recorded
                : recorded.thenComposeAsync(done -> last.follower().lines(rest), last::execute);
    }

    /** Between turns the CLI says yes to an interrupt and does nothing: one that came before the turn had begun is said again. */
    private void interruptOnceBegun() {
        if (interruptEarly && !progress.untouched()) {
            interruptEarly = false;
            process.tell(ClaudeMessages.interrupt());
        }
    }

    private void reply(long end) {
        if (end >= reportedTo) {
            unconfirmed.forEach(this::answer);
            unconfirmed = List.of();
        }
        progress.takeReplies().forEach(process::tell);
    }

    /** @return the index of the line that ended the turn */
    private OptionalInt read(List<SpoolLine> lines) {
        for (int i = 0; i < lines.size(); i++) {
            SpoolLine line = lines.get(i);
            progress.mute(line.end() <= reportedTo);
            interpreter.interpret(line, progress);
            if (progress.tellsMessages()) {
                process.tellMessages();
            }
            if (progress.sessionUnknown()) {
                return OptionalInt.empty();
            }
            if (line.end() >= reportedTo && progress.over()) {
                progress.mute(false);
                return OptionalInt.of(i);
            }
        }
        progress.mute(lines.get(lines.size() - 1).end() < reportedTo);
        return OptionalInt.empty();
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
            int signs = progress.signs();
            recorded.whenComplete((done, failure) ->
                    runtime.later(runtime.timings().settle(), () -> current.execute(() -> settle(end, signs))));
        }
        return recorded;
    }

    /** Ends a turn of which only some signs of the end were seen, and the others did not follow. */
    private void settle(long end, int signs) {
        if (!ended && !detached && process != null && progress.nearlyOver() && progress.signs() == signs) {
            LOG.warn("Agent {}: its turn ended without the usual signs", process.agentId());
            usual = false;
            end(Optional.empty(), origin(end));
        }
    }

    @Override
    public CompletionStage<Void> exited(ProcessExit exit) {
        started();
        if (ended) {
            return endRecorded;
        }
        if (continued && progress.untouched()) {
            // It ended before the prompt could reach it.
            continued = false;
            return startAnew(
                    Optional.of(exit), SessionStart.of(launch.orElseThrow().session()));
        }
        return progress.mayStartAnew() && ResultLine.tellsUnknownSession(exit.stderrTail())
                ? startAnew(Optional.of(exit), SessionStart.anew())
                : end(Optional.of(exit), Optional.empty());
    }

    @Override
    public void unreadable() {
        started();
        if (!ended) {
            process.endNow();
            end(TurnEnds.unreadable());
        }
    }

    /** Asks the same in another process: the conversation does not exist (any more), or a warm process was just ending. */
    private CompletionStage<Void> startAnew(Optional<ProcessExit> exit, SessionStart session) {
        Optional<AgentEvent.TurnEnded> end;
        lock.lock();
        try {
            if (detached) {
                return DONE;
            }
            end = stopAsked || launch.isEmpty()
                    ? Optional.of(TurnEnds.of(progress.result(), stopAsked, killed, exit, Optional.empty()))
                    : launchAnew(launch.get(), session);
        } finally {
            lock.unlock();
        }
        return end.map(this::end).orElse(DONE);
    }

    private Optional<AgentEvent.TurnEnded> launchAnew(AgentLaunch again, SessionStart session) {
        LOG.info(
                "Agent {}: {}",
                process.agentId(),
                session.resumed().isPresent()
                        ? "it ended before its next turn, going on in a new process"
                        : "its conversation does not exist any more, beginning a new one");
        process.unfollow();
        process.endTurn(execution());
        process.finish();
        process = null;
        reportedTo = 0; // what was reported is the other process's
        try {
            start(launcher.prepare(again, session));
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(TurnEnds.notBegun(e));
        }
    }

    private boolean givenAway() {
        return detached;
    }

    private ExecutionId execution() {
        return launch.map(AgentLaunch::execution)
                .orElseGet(() -> reports.listener().execution());
    }

    private Optional<Origin> origin(long end) {
        return Optional.of(new Origin(process.agentId(), end));
    }

    private CompletionStage<Void> end(Optional<ProcessExit> exit, Optional<Origin> origin) {
        return end(TurnEnds.of(progress.result(), stopAsked, killed, exit, origin));
    }

    private CompletionStage<Void> end(AgentEvent.TurnEnded end) {
        // Before anybody can learn that the turn is over, for the next one may begin at once then; and not while
        // somebody
        // kills the process, or gives the turn away.
        Optional<Standby> standby;
        lock.lock();
        try {
            if (detached) {
                return DONE;
            }
            ended = true;
            standby = rest(end);
        } finally {
            lock.unlock();
        }
        ClaudeProcess last = process;
        if (last == null) {
            return report(List.of(end));
        }
        if (progress.notJsonLines() > 0) {
            launcher.runtime().countNotJson(progress.notJsonLines());
            LOG.warn("Agent {}: {} lines were no JSON objects and were dropped", agentId, progress.notJsonLines());
        }
        List<AgentEvent> events = new ArrayList<>(progress.takeEvents());
        events.add(end);
        CompletionStage<Void> recorded = report(events);
        endRecorded = recorded;
        recorded.whenCompleteAsync(
                (done, failure) -> {
                    standby.ifPresent(Standby::settled);
                    last.endTurn(execution());
                    if (standby.isEmpty()) {
                        last.finish();
                    }
                },
                launcher.runtime().pool());
        return recorded;
    }

    /** Keeps the process for another turn, if it is fit for one. */
    private Optional<Standby> rest(AgentEvent.TurnEnded end) {
        if (process == null) {
            return Optional.empty();
        }
        boolean fit = usual
                && !killed
                && setup.isPresent()
                && progress.session().isPresent()
                && end.exitCode().isEmpty()
                && (end.verdict() == AgentEvent.Verdict.COMPLETED || end.verdict() == AgentEvent.Verdict.INTERRUPTED)
                && end.origin().filter(at -> at.offset() < SPOOL_LIMIT).isPresent();
        if (!fit) {
            launcher.warm().remove(project, process);
            process.over();
            return Optional.empty();
        }
        long offset = end.origin().get().offset();
        String session = progress.session().get();
        Standby standby = new Standby(launcher, project, process, setup.get(), session, ask, reports.listener());
        if (launcher.warm().keep(standby, offset)) {
            return Optional.of(standby);
        }
        process.over();
        return Optional.empty();
    }

    private CompletionStage<Void> report(List<AgentEvent> events) {
        for (AgentEvent event : events) {
            if (event instanceof AgentEvent.SessionChanged changed) {
                process.label(AgentExecutor.LABEL_SESSION, changed.sessionId());
            }
        }
        return reports.hand(agentId, events);
    }
}
