package dev.switchboard.execution.internal;

import dev.switchboard.error.SwitchboardException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a queue tried again that could not go on: when the time is known, then; when somebody will tell, not at all; otherwise after
 * one second, two, four, up to a minute. Used only on the project's serial executor.
 */
final class QueueRetry {
    private static final Logger LOG = LoggerFactory.getLogger(QueueRetry.class);
    private static final int LONGEST_SECONDS = 60;

    private final ProjectActor actor;
    private final Services services;
    private final Runnable next;
    private int failures;
    private Future<?> timer;

    QueueRetry(ProjectActor actor, Services services, Runnable next) {
        this.actor = actor;
        this.services = services;
        this.next = next;
    }

    /** It could not go on for this reason. */
    void after(RuntimeException failure) {
        if (!(failure instanceof SwitchboardException refusal)) {
            LOG.error("project {}: a queued run cannot begin; trying again", actor.id(), failure);
            schedule(backoff());
            return;
        }
        LOG.info("project {}: queued runs wait: {}", actor.id(), refusal.getMessage());
        switch (refusal.code()) {
            case EXECUTOR_UNAVAILABLE, SERVICE_UNAVAILABLE -> {
                // It is told when the executor is there; a server that stops leaves it to the next start.
            }
            case RESOURCE_LIMIT ->
                schedule(
                        refusal.details().get("retry_after_ms") instanceof Number millis
                                ? Duration.ofMillis(millis.longValue() + 1)
                                : backoff());
            default -> schedule(backoff());
        }
    }

    /** It goes on. */
    void succeeded() {
        failures = 0;
    }

    /** Not any more. */
    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private Duration backoff() {
        return Duration.ofSeconds(Math.min(LONGEST_SECONDS, 1L << Math.min(failures++, 6)));
    }

    private void schedule(Duration wait) {
        timer = services.after(wait, actor::execute, next);
    }
}
