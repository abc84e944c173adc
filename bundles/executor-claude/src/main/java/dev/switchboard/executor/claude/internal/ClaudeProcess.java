package dev.switchboard.executor.claude.internal;

import dev.switchboard.concurrent.SerialExecutor;
import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.logging.LogContext;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.TerminationPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CLI in custody, from its launch to its release: passes messages to it, hands its output to whoever follows it, ends
 * it. It knows nothing of turns, so that several can follow one another in the same process.
 *
 * <p>Methods may be called by any thread. Those that send or label write to the disk before they return.
 */
final class ClaudeProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ClaudeProcess.class);

    /** Where the output of the present turn begins. */
    private static final String LABEL_OFFSET = "turn-offset";
    /** The number of the message that the present turn began with. */
    private static final String LABEL_MESSAGE = "turn-message";

    /** The executor's own; all others are the server's, and go with the run. */
    private static final Set<String> LASTING = Stream.concat(
                    Stream.of(
                            AgentExecutor.LABEL_EXECUTOR,
                            AgentExecutor.LABEL_PROJECT,
                            AgentExecutor.LABEL_SESSION,
                            LABEL_OFFSET,
                            LABEL_MESSAGE),
                    Setup.LABELS.stream())
            .collect(Collectors.toUnmodifiableSet());

    private final ClaudeRuntime runtime;
    private final String agentId;
    private final SerialExecutor serial;
    private final FollowedOutput output;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, String> labels;
    private volatile Map<String, String> server;

    private volatile ProcessCustodian custodian;
    private volatile boolean exited;
    private volatile boolean idle;
    private volatile boolean tellsMessages;
    private volatile long restsSince;
    private volatile boolean detached;
    /** What log lines tell of what it works for: of its turn, or while it has none, of its project. */
    private volatile LogContext context;

    /** @param labels as custody has them */
    ClaudeProcess(ClaudeRuntime runtime, ProcessCustodian custodian, String agentId, Map<String, String> labels) {
        this.runtime = runtime;
        this.custodian = custodian;
        this.agentId = agentId;
        this.labels = new HashMap<>(labels);
        this.server = ofServer(labels);
        this.context = worksFor(labels);
        this.serial = new SerialExecutor(
                runtime.pool(),
                failure -> LOG.error("Agent {}: a task failed", agentId, failure),
                task -> task.orElse(context));
        this.output = new FollowedOutput(runtime, agentId, serial, this::exited);
        runtime.add(this);
    }

    /** Of a turn, whoever asked for it too: the thread that begins it knows that. */
    private static LogContext worksFor(Map<String, String> labels) {
        LogContext asked = LogContext.current();
        String project = labels.get(AgentExecutor.LABEL_PROJECT);
        String execution = labels.get(AgentExecutor.LABEL_EXECUTION);
        LogContext about = project == null ? LogContext.NONE : LogContext.NONE.withProject(project);
        return execution == null ? about : asked.orElse(about.withExecution(execution));
    }

    String agentId() {
        return agentId;
    }

    /** Whether its last turn is over, so that it can be ended without harm. */
    boolean idle() {
        return idle;
    }

    /** Whether it belongs to the project with this id. */
    boolean belongsTo(String project) {
        lock.lock();
        try {
            return project.equals(labels.get(AgentExecutor.LABEL_PROJECT));
        } finally {
            lock.unlock();
        }
    }

    /** Completes when it has gone from custody, or was left there for somebody else. */
    CompletionStage<Void> whenGone() {
        return gone;
    }

    /** Runs something between two calls of the follower. */
    void execute(Runnable task) {
        serial.execute(task);
    }

    /** Hands the output to a follower, from an offset on. */
    void follow(long offset, Follower follower) {
        output.follow(custodian, offset, follower);
    }

    /** Begins to hand the output, from an offset on, to whom it was given to before. */
    void read(long offset) {
        output.read(custodian, offset);
    }

    /** Hands the output that comes from now on to somebody else. */
    void handTo(Follower follower) {
        output.handTo(follower);
    }

    /** Who is handed the output just now. */
    Follower follower() {
        return output.follower();
    }

    /** Tells nobody any more; the output is still read, so that the end is noticed. */
    void unfollow() {
        output.handTo(Follower.NOBODY);
    }

    /**
     * Stops reading and sending, and leaves the agent in custody.
     *
     * @return completes when no call of the follower is under way and none will follow; nothing is sent once this returns
     */
    CompletionStage<Void> detach() {
        lock.lock();
        try {
            detached = true; // not while something is being sent or labelled
        } finally {
            lock.unlock();
        }
        runtime.remove(this);
        gone.complete(null);
        return output.stop();
    }

    /** Goes on with another custodian, which has taken over the agents of the one before. */
    void move(ProcessCustodian next) {
        custodian = next;
        output.move(next);
    }

    /**
     * Hands a message to the CLI.
     *
     * @throws RuntimeException if custody does not take it
     */
    void send(Content message) {
        lock.lock();
        try {
            custodian.send(agentId, custodian.nextNumber(agentId), message);
        } finally {
            lock.unlock();
        }
    }

    /** Hands the message that the turn began with to the CLI, unless that was done before. */
    void sendAgain(Content message) {
        custodian.send(agentId, number(LABEL_MESSAGE, 1), message);
    }

    /** How far its output has been handed over, as far as is known: what was, and belongs to a turn, lies before this. */
    long handled() {
        return Math.max(output.handled(), restsSince);
    }

    /** Where the output of the turn that is under way begins, or of the next one; an earlier server may have noted it. */
    long turnOffset() {
        return number(LABEL_OFFSET, 0);
    }

    /** Whether the turn that is under way is the first that it was given. */
    boolean inFirstTurn() {
        return number(LABEL_MESSAGE, 1) == 1;
    }

    private long number(String label, long otherwise) {
        lock.lock();
        try {
            String value = labels.get(label);
            return value == null ? otherwise : Long.parseLong(value);
        } finally {
            lock.unlock();
        }
    }

    /** Hands a message over if the CLI is still there to get it. */
    void tell(Content message) {
        lock.lock();
        try {
            if (!exited && !detached) {
                quietly("send a message", () -> send(message));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Another turn begins. What an adopter has to know of it is kept before its prompt is sent.
     *
     * @param offset behind the output of the turns before
     * @throws RuntimeException if custody does not take it
     */
    void beginTurn(TurnBeginning turn, long offset) {
        lock.lock();
        try {
            idle = false;
            for (Content message : turn.before()) {
                custodian.send(agentId, custodian.nextNumber(agentId), message);
            }
            long number = custodian.nextNumber(agentId);
            server = ofServer(turn.labels());
            labels.keySet().retainAll(LASTING);
            labels.putAll(server);
            turn.setup().ifPresent(setup -> {
                labels.keySet().removeAll(Setup.LABELS);
                labels.putAll(setup.labels());
            });
            labels.put(AgentExecutor.LABEL_EXECUTION, turn.execution().toString());
            context = worksFor(labels);
            labels.put(LABEL_OFFSET, Long.toString(offset));
            labels.put(LABEL_MESSAGE, Long.toString(number));
            custodian.label(agentId, labels);
            turn.prompt().ifPresent(message -> custodian.send(agentId, number, message));
        } finally {
            lock.unlock();
        }
    }

    /** A turn's end has been recorded: nobody has to go on with it. Does nothing if the next one has begun. */
    void endTurn(ExecutionId execution) {
        lock.lock();
        try {
            if (execution.toString().equals(labels.get(AgentExecutor.LABEL_EXECUTION))) {
                labels.keySet().retainAll(LASTING);
                context = worksFor(labels);
                if (restsSince > 0) {
                    labels.put(LABEL_OFFSET, Long.toString(restsSince));
                }
                keepLabels();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * There is no turn any more, and the process stays.
     *
     * @param offset behind the line that ended the turn
     */
    void rest(long offset) {
        restsSince = offset;
        idle = true;
    }

    /** There is no turn any more, and the process is to be ended once that is recorded. */
    void over() {
        idle = true;
    }

    /** It tells what becomes of the messages that it gets. */
    void tellMessages() {
        tellsMessages = true;
    }

    /** Whether it tells what becomes of the messages that it gets, as far as has been seen. */
    boolean tellsMessages() {
        return tellsMessages;
    }

    /** Whether messages still reach it, as far as is known. */
    boolean usable() {
        return !exited && !detached;
    }

    /** Changes a label at once, and has custody keep it in the background. */
    void label(String name, String value) {
        lock.lock();
        try {
            if (value.equals(labels.put(name, value))) {
                return;
            }
        } finally {
            lock.unlock();
        }
        inBackground(() -> {
            lock.lock();
            try {
                keepLabels();
            } finally {
                lock.unlock();
            }
        });
    }

    /** Of one that has ended they do not have to last: it is forgotten as soon as it may be. */
    private void keepLabels() {
        if (!detached && !exited) {
            quietly("label", () -> custodian.label(agentId, labels));
        }
    }

    /** The server's labels for the turn that is under way, or was the last one. */
    Map<String, String> serverLabels() {
        return server;
    }

    /** What of these labels is none of the executor's own. */
    static Map<String, String> ofServer(Map<String, String> labels) {
        Map<String, String> rest = new HashMap<>(labels);
        rest.keySet().removeAll(LASTING);
        rest.remove(AgentExecutor.LABEL_EXECUTION);
        return Map.copyOf(rest);
    }

    /** Ends the CLI now that it has nothing to do: asked first, made to after a while. */
    void finish() {
        idle = true;
        if (exited || detached) {
            return;
        }
        tell(ClaudeMessages.endSession());
        quietly("end the input", () -> custodian.endInput(agentId));
        runtime.later(runtime.timings().finish(), () -> {
            if (!exited && !detached) {
                terminate(TerminationPlan.ladder(runtime.killGrace()));
            }
        });
    }

    /**
     * Ends the CLI and everything it started: asked to stop at once and to end after a third of the grace, beside the
     * signals of the ladder.
     *
     * @return completes when nothing is left, or at the plan's deadline
     */
    CompletionStage<Void> kill() {
        Duration grace = runtime.killGrace();
        // First, so that custody sees what the CLI has started before that may be gone.
        CompletionStage<Void> ended = terminate(TerminationPlan.ladder(grace));
        tell(ClaudeMessages.interrupt());
        runtime.later(grace.dividedBy(3), () -> tell(ClaudeMessages.endSession()));
        return ended;
    }

    /**
     * Ends it at once.
     *
     * @return completes when nothing is left, or at the plan's deadline; nobody has to wait for it
     */
    CompletionStage<Void> endNow() {
        return terminate(TerminationPlan.now());
    }

    /** Ends and forgets a CLI that nobody follows. */
    void discard() {
        cleanUp(TerminationPlan.now());
    }

    private void exited(CompletionStage<Void> forgettable) {
        exited = true;
        forgettable.whenComplete((done, failure) -> cleanUp(TerminationPlan.ladder(runtime.killGrace())));
    }

    private CompletionStage<Void> terminate(TerminationPlan plan) {
        try {
            return custodian.terminate(agentId, plan).handle((report, failure) -> {
                if (failure != null) {
                    LOG.warn("Agent {}: ending it failed: {}", agentId, failure.toString());
                } else if (report.survivors() > 0) {
                    LOG.warn("Agent {}: {} processes are still there", agentId, report.survivors());
                }
                return null;
            });
        } catch (RuntimeException e) {
            LOG.debug("Agent {} cannot be ended: {}", agentId, e.toString());
            return CompletableFuture.completedStage(null);
        }
    }

    /** Ends what the CLI left behind, and forgets it. */
    private void cleanUp(TerminationPlan plan) {
        if (detached) {
            return;
        }
        terminate(plan)
                .whenComplete((done, failure) -> inBackground(() -> {
                    if (!detached) {
                        output.stop();
                        quietly("release", () -> custodian.release(agentId));
                        runtime.temporary().remove(agentId);
                        runtime.remove(this);
                    }
                    gone.complete(null);
                }));
    }

    private void inBackground(Runnable task) {
        try {
            runtime.pool().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("Agent {}: stopping, a task was left out", agentId);
        }
    }

    /** What fails because the agent, or custody, has gone in between needs no more than a trace. */
    private void quietly(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.debug("Agent {}: cannot {}: {}", agentId, what, e.toString());
        }
    }
}
