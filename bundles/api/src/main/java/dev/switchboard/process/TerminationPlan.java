package dev.switchboard.process;

import java.time.Duration;
import java.util.Objects;

/**
 * How to end an agent's whole tree: SIGINT after {@code interruptAfter}, SIGTERM after {@code terminateAfter}, SIGKILL
 * after {@code killAfter}, each counted from the call and skipped once nothing is left.
 *
 * @param deadline after this the termination reports what is left and goes on in the background
 */
public record TerminationPlan(Duration interruptAfter, Duration terminateAfter, Duration killAfter, Duration deadline) {
    public TerminationPlan {
        Objects.requireNonNull(interruptAfter, "interruptAfter");
        Objects.requireNonNull(terminateAfter, "terminateAfter");
        Objects.requireNonNull(killAfter, "killAfter");
        Objects.requireNonNull(deadline, "deadline");
    }

    /** The usual ladder within a grace: SIGINT at a third, SIGTERM at two thirds, SIGKILL at its end. */
    public static TerminationPlan ladder(Duration grace) {
        return new TerminationPlan(grace.dividedBy(3), grace.multipliedBy(2).dividedBy(3), grace, grace.plusSeconds(5));
    }

    /** SIGKILL at once. */
    public static TerminationPlan now() {
        return new TerminationPlan(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5));
    }
}
