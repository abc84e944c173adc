package dev.switchboard.execution.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.Project.LastError;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why one project's log cannot be read while the others' can: said once, and looked at again after one second, two, four, up to a
 * minute. Used only on the project's serial executor.
 */
final class LogTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(LogTrouble.class);
    private static final int LONGEST_RETRY_SECONDS = 60;

    private final ProjectActor actor;
    private final Services services;
    private final Journal journal;
    private final Executor serial;
    private Optional<LastError> trouble = Optional.empty();
    private Future<?> retry;

    LogTrouble(ProjectActor actor, Services services, Journal journal, Executor serial) {
        this.actor = actor;
        this.services = services;
        this.journal = journal;
        this.serial = serial;
    }

    /** What is wrong; empty if nothing is. */
    Optional<LastError> get() {
        return trouble;
    }

    /** The log has just been written. */
    void none() {
        trouble = Optional.empty();
    }

    /** The project is gone. */
    void stop() {
        if (retry != null) {
            retry.cancel(false);
        }
    }

    /** Looks whether the log can be read, and tells what has changed. */
    void look() {
        look(0);
    }

    private void look(int failures) {
        if (actor.isDeleted()) {
            return;
        }
        try {
            journal.refresh();
            boolean known = trouble.isPresent();
            trouble = Optional.empty();
            if (known) {
                LOG.info("project {}: its log can be read again", actor.id());
                actor.stateChanged();
            } else {
                actor.publish();
            }
        } catch (RuntimeException e) {
            if (!services.stores().hasLog()) {
                LOG.warn("project {}: the log went away again: {}", actor.id(), e.getMessage());
                return;
            }
            boolean known = trouble.isPresent();
            failed(e, failures);
            if (!known) {
                actor.stateChanged();
            }
        }
    }

    /** The log is there, but not this project's. */
    void failed(RuntimeException failure) {
        failed(failure, 0);
    }

    private void failed(RuntimeException failure, int failures) {
        if (trouble.isEmpty()) {
            LOG.error("project {}: its log cannot be read; it is in ERROR until it can be", actor.id(), failure);
            String message = failure instanceof SwitchboardException ? failure.getMessage() : "its log cannot be read";
            trouble = Optional.of(new LastError(
                    ErrorCode.STORAGE_UNAVAILABLE, message, services.clock().instant()));
            actor.publish();
        }
        stop();
        Duration wait = Duration.ofSeconds(Math.min(LONGEST_RETRY_SECONDS, 1L << Math.min(failures, 6)));
        retry = services.after(wait, serial, () -> look(failures + 1));
    }
}
