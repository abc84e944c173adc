package dev.switchboard.execution;

import dev.switchboard.project.ProjectId;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Runs agents: one at a time for each project, many in parallel.
 *
 * <p>Safe for use by many threads. Methods return at once. Their stages complete on a thread of this service, after
 * everything they caused has been recorded and handed to the listeners, or exceptionally with a
 * {@link dev.switchboard.error.SwitchboardException} (never wrapped), and then they have caused nothing. Each can fail
 * with {@code PROJECT_NOT_FOUND} and {@code STORAGE_UNAVAILABLE}.
 */
@ProviderType
public interface ExecutionService {
    /**
     * Starts a run, or queues it. Of any number of simultaneous requests for one project exactly one starts; the rest
     * are refused or queued. While runs wait, a request that does not want to is refused too.
     *
     * <p>A queued run begins when the one before has ended and there is room for it, also after a restart of the server; whoever
     * asked for it then has the role that they had when they asked. A kill, a run that ends in an error, another session and the
     * project's deletion take every run out of the queue. One that cannot begin for a reason that does not pass begins all the
     * same, and ends in that error at once.
     *
     * @return the run once it is accepted and its EXECUTING and prompt, or its place in the queue, are recorded; it has not ended
     *         by then. Fails with {@code PROCESS_ACTIVE}, {@code EXECUTOR_UNAVAILABLE}, {@code CLAUDE_NOT_FOUND},
     *         {@code RESOURCE_LIMIT}, {@code DISK_SPACE_LOW} or {@code VALIDATION_FAILED}
     */
    CompletionStage<Execution> execute(ExecutionRequest request);

    /**
     * Ends the active run and everything it started, and empties the queue.
     *
     * @param by the name of who asks
     * @return the run when nothing of it is left and its end is recorded; the first of those that waited, if none was active.
     *         Fails with {@code PROCESS_NOT_FOUND} if no run is active and none waits, also if its end was recorded just before
     */
    CompletionStage<Execution> kill(ProjectId project, String by);

    /**
     * Stops the agent's turn; its process and session live on, and the queue goes on. An agent that does not obey is killed.
     *
     * @return the run when its end is recorded; fails with {@code PROCESS_NOT_FOUND} if no run is active
     */
    CompletionStage<Execution> interrupt(ProjectId project, String by);

    /**
     * Answers an open permission question. Of several answers to one the first wins.
     *
     * @return the last record that it caused; fails with {@code VALIDATION_FAILED} if the question is not open
     */
    CompletionStage<Long> answer(ProjectId project, PermissionAnswer answer, String by);

    /**
     * Takes a queued run out of the queue.
     *
     * @return the run; fails with {@code PROCESS_NOT_FOUND} if it is not queued
     */
    CompletionStage<Execution> cancelQueued(ProjectId project, ExecutionId execution, String by);

    /**
     * Chooses the conversation that the next run continues.
     *
     * @return fails with {@code PROCESS_ACTIVE} while a run is active, {@code VALIDATION_FAILED} for a session that is not
     *         the project's
     */
    CompletionStage<SessionReset> newSession(ProjectId project, SessionChoice choice, String by);

    /** Figures over all projects; never blocks. */
    ExecutionStats stats();

    /**
     * What a change of session came to.
     *
     * @param oldSessionId the session before; empty text if there was none
     * @param seq the record that says so
     */
    record SessionReset(String oldSessionId, long seq) {}

    /**
     * Figures since the server started.
     *
     * @param active runs just now
     * @param total runs accepted
     * @param success runs that completed
     * @param failed runs that failed or timed out
     * @param averageMillis mean duration of those that ended; 0 if none has
     */
    record ExecutionStats(int active, long total, long success, long failed, long averageMillis) {}
}
