package dev.switchboard.process.internal;

import dev.switchboard.process.TerminationPlan;
import dev.switchboard.process.TerminationReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The end of one agent, step by step: SIGINT to the agent, SIGTERM to its tree, SIGKILL to whatever is left until
 * nothing is. Not safe for use by several threads at once; times are those of {@link System#nanoTime()}.
 */
final class Termination {
    private static final long ALIVE_POLL = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long FIRST_POLL = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_POLL = TimeUnit.MILLISECONDS.toNanos(25);
    /** When all who asked have been told of survivors, there is no hurry any more. */
    private static final long BACKGROUND_POLL = TimeUnit.SECONDS.toNanos(1);
    /** How long what is around the agent is spared by SIGKILL, so that it can write down how the agent ended, on a busy machine too. */
    private static final long SURROUNDINGS_GRACE = TimeUnit.SECONDS.toNanos(1);

    /** What is longer is as good as never, and must not overflow. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private enum Stage {
        WAITING,
        INTERRUPTED,
        TERMINATED,
        KILLING
    }

    /** Somebody who asked for this end, and until when. */
    private record Waiter(long deadline, CompletableFuture<TerminationReport> answer) {}

    private final Agent agent;
    private final ProcessTree tree;
    private final Signals signals;
    private final Surroundings surroundings;
    private final List<Waiter> waiters = new ArrayList<>();
    private long interruptAt = Long.MAX_VALUE;
    private long terminateAt = Long.MAX_VALUE;
    private long killAt = Long.MAX_VALUE;
    private Stage stage = Stage.WAITING;
    private boolean looked;
    private long killingSince;
    private long poll = FIRST_POLL;
    private int clean;
    private int left;

    Termination(Agent agent, ProcessTree tree, Signals signals) {
        this.agent = agent;
        this.tree = tree;
        this.surroundings = new Surroundings(agent.manifest());
        this.signals = signals;
    }

    /** Follows this plan too: each stage comes when the first of all plans wants it. */
    void join(TerminationPlan plan, CompletableFuture<TerminationReport> answer, long now) {
        interruptAt = Math.min(interruptAt, now + nanos(plan.interruptAfter()));
        terminateAt = Math.min(terminateAt, now + nanos(plan.terminateAfter()));
        killAt = Math.min(killAt, now + nanos(plan.killAfter()));
        waiters.add(new Waiter(now + nanos(plan.deadline()), answer));
        poll = FIRST_POLL;
    }

    /**
     * Does what is due.
     *
     * @return how many nanoseconds later the next step is due; empty if nothing is left of the tree
     */
    OptionalLong step(long now) {
        look();
        if (!stageDue(now) && agentLives()) {
            clean = 0;
            return OptionalLong.of(pause(now, ALIVE_POLL));
        }
        List<ProcessEntry> members = tree.scan();
        left = members.size();
        clean = members.isEmpty() ? clean + 1 : 0;
        if (clean == TreeKiller.CLEAN_SCANS && !agent.manifest().isolated() && tree.chase(signals) > 0) {
            clean = 0;
        }
        if (clean == TreeKiller.CLEAN_SCANS) {
            return OptionalLong.empty();
        }
        if (!members.isEmpty()) {
            surroundings.look(members);
            members.sort(Comparator.comparing(this::isNotAgent)); // before it can react to what happens to the others
            signal(members, now);
            poll = Math.min(2 * poll, LAST_POLL);
        }
        return OptionalLong.of(members.isEmpty() ? 0 : pause(now, poll));
    }

    /** What it has come to so far. */
    TerminationReport report() {
        return new TerminationReport(tree.seen() - left, left);
    }

    /** Those whose deadline has passed; they are not returned again. */
    List<CompletableFuture<TerminationReport>> takeLate(long now) {
        List<Waiter> late =
                waiters.stream().filter(waiter -> now - waiter.deadline() >= 0).toList();
        waiters.removeAll(late);
        return late.stream().map(Waiter::answer).toList();
    }

    /** All who still wait; they are not returned again. */
    List<CompletableFuture<TerminationReport>> takeAll() {
        List<CompletableFuture<TerminationReport>> all =
                waiters.stream().map(Waiter::answer).toList();
        waiters.clear();
        return all;
    }

    /** A stage is left out if the next one is due as well. */
    private void signal(List<ProcessEntry> members, long now) {
        if (now - killAt >= 0) {
            kill(members, now);
        } else if (now - terminateAt >= 0 && stage.compareTo(Stage.TERMINATED) < 0) {
            enter(Stage.TERMINATED);
            members.stream().filter(entry -> !surroundings.contains(entry)).forEach(signals::terminate);
        } else if (now - interruptAt >= 0 && stage == Stage.WAITING) {
            enter(Stage.INTERRUPTED);
            agent.agentProcess().ifPresent(signals::interrupt);
        }
    }

    private void kill(List<ProcessEntry> members, long now) {
        if (stage != Stage.KILLING) {
            enter(Stage.KILLING);
            killingSince = now;
        }
        boolean spare = now - killingSince < SURROUNDINGS_GRACE;
        members.stream()
                .filter(entry -> !(spare && surroundings.contains(entry)))
                .forEach(signals::kill);
    }

    private void enter(Stage next) {
        stage = next;
        poll = FIRST_POLL;
    }

    private boolean stageDue(long now) {
        return untilStage(now) <= 0;
    }

    private long untilStage(long now) {
        return switch (stage) {
            case WAITING -> Math.min(interruptAt, Math.min(terminateAt, killAt)) - now;
            case INTERRUPTED -> Math.min(terminateAt, killAt) - now;
            case TERMINATED -> killAt - now;
            case KILLING -> 0;
        };
    }

    private long pause(long now, long usual) {
        if (stage == Stage.KILLING) {
            return waiters.isEmpty() ? BACKGROUND_POLL : usual;
        }
        return Math.max(0, Math.min(usual, untilStage(now)));
    }

    private static long nanos(Duration duration) {
        return (duration.compareTo(LONGEST) < 0 ? duration : LONGEST).toNanos();
    }

    /**
     * Sees, at the first time, what belongs to an agent that lives: once that has ended, what it started as another user, whose
     * environment nobody may read, cannot be told from strangers.
     */
    void look() {
        if (looked) {
            return;
        }
        looked = true;
        if (agent.wrapperRuns()) {
            tree.add(agent.manifest().wrapper());
        }
        agent.agentProcess().ifPresent(entry -> tree.add(entry.identity()));
        if (agentLives()) {
            List<ProcessEntry> members = tree.scan();
            left = members.size();
            surroundings.look(members);
        }
    }

    private boolean agentLives() {
        return agent.glance().isEmpty()
                && (agent.wrapperRuns() || agent.agentProcess().isPresent());
    }

    private boolean isNotAgent(ProcessEntry entry) {
        return !agent.manifest().agent().matches(entry);
    }
}
