package dev.switchboard.executor.claude.internal;

import dev.switchboard.concurrent.SerialExecutor;
import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.TerminationPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
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

    private final ClaudeRuntime runtime;
    private final String agentId;
    private final SerialExecutor serial;
    private final FollowedOutput output;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, String> labels;

    private volatile ProcessCustodian custodian;
    private volatile boolean exited;
    private volatile boolean idle;
    private volatile boolean detached;

    /** @param labels as custody has them */
    ClaudeProcess(ClaudeRuntime runtime, ProcessCustodian custodian, String agentId, Map<String, String> labels) {
        this.runtime = runtime;
        this.custodian = custodian;
        this.agentId = agentId;
        this.labels = new HashMap<>(labels);
        this.serial =
                new SerialExecutor(runtime.pool(), failure -> LOG.error("Agent {}: a task failed", agentId, failure));
        this.output = new FollowedOutput(runtime, agentId, serial, this::exited);
        runtime.add(this);
    }

    String agentId() {
        return agentId;
    }

    /** Whether its last turn is over, so that it is only there to be ended. */
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

    /** Tells nobody any more; the output is still read, so that the end is noticed. */
    void unfollow() {
        output.unfollow();
    }

    /**
     * Stops reading and sending, and leaves the agent in custody.
     *
     * @return completes when no call of the follower is under way and none will follow
     */
    CompletionStage<Void> detach() {
        detached = true;
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

    /** Hands the first message to the CLI, unless that was done before. */
    void sendFirst(Content message) {
        custodian.send(agentId, 1, message);
    }

    /** Hands a message over if the CLI is still there to get it. */
    void tell(Content message) {
        if (!exited && !detached) {
            quietly("send a message", () -> send(message));
        }
    }

    /** Changes a label in the background. */
    void label(String name, String value) {
        inBackground(() -> setLabel(name, value));
    }

    /** @param value empty to remove the label */
    private void setLabel(String name, String value) {
        lock.lock();
        try {
            boolean changed = value.isEmpty() ? labels.remove(name) != null : !value.equals(labels.put(name, value));
            if (changed && !detached) {
                quietly("label", () -> custodian.label(agentId, labels));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the CLI now that it has nothing to do: asked first, made to after a while. */
    void finish() {
        setLabel(AgentExecutor.LABEL_EXECUTION, "");
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
        tell(ClaudeMessages.interrupt());
        runtime.later(grace.dividedBy(3), () -> tell(ClaudeMessages.endSession()));
        return terminate(TerminationPlan.ladder(grace));
    }

    /** Ends it at once, without waiting for that. */
    void endNow() {
        terminate(TerminationPlan.now());
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
