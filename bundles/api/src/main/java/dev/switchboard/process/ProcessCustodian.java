package dev.switchboard.process;

import dev.switchboard.content.Content;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps agents: launches each detached, in a session and a directory of its own, so that it outlives the server; hands
 * over what it writes; ends its whole tree; finds it again after a restart.
 *
 * <p>Safe for use by many threads. A method that names an agent which custody does not have throws
 * {@link java.util.NoSuchElementException}. Methods that write to the disk do so before they return, so they have no place on
 * a tailer's or a listener's thread.
 */
@ProviderType
public interface ProcessCustodian {
    /**
     * Launches a program. When this returns, the process exists and is recorded on disk.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code EXECUTION_FAILED} if it cannot be started,
     *         {@code DISK_SPACE_LOW} or {@code STORAGE_UNAVAILABLE} if its directory cannot be made; nothing is left behind
     */
    CustodyRecord launch(ProcessSpec spec);

    /** Every agent in custody, alive or ended, until it is released; those of earlier servers of this instance too. */
    List<CustodyRecord> records();

    /** Where the files of an agent with this id lie, or would lie: see {@link ProcessSpec#files}. */
    Path files(String agentId);

    /** One agent's record. */
    Optional<CustodyRecord> find(String agentId);

    /** Replaces the agent's labels; they outlive the server when this returns, though not a crash of the machine. */
    void label(String agentId, Map<String, String> labels);

    /**
     * Hands one message to the agent's standard input, a line feed added if it does not end with one. Never blocks on
     * the agent. Messages arrive whole and in the order of their numbers, also if the server dies meanwhile.
     *
     * @param number the message's place: 1, 2, 3… without holes; under a number that has been handed over before nothing is sent,
     *        so that after a crash what may not have arrived can be sent again
     * @param message without line feeds inside
     * @return whether it was handed over now; {@code false} if its number was taken before
     * @throws IllegalArgumentException if the number is beyond {@link #nextNumber}
     * @throws dev.switchboard.error.SwitchboardException {@code DISK_SPACE_LOW} or {@code STORAGE_UNAVAILABLE} if it cannot be
     *         kept; nothing was handed over then
     */
    boolean send(String agentId, long number, Content message);

    /** The number that the next message must have. */
    long nextNumber(String agentId);

    /** Ends the agent's standard input once all messages before it have been read. */
    void endInput(String agentId);

    /**
     * Begins to hand over the agent's output from an offset on, also of one that has ended.
     *
     * @param offset in bytes; 0 or the {@link SpoolLine#end()} of a line
     * @return stops the tailing when closed: no further call to the consumer begins once it returns. May be closed from within
     *         a call.
     * @throws IllegalStateException if the agent is being tailed already
     */
    Tail tail(String agentId, long offset, OutputConsumer consumer);

    /**
     * Ends the agent and everything it started, whatever session, process group or parent that has by now. Calling it
     * again joins the termination that is under way; a faster plan speeds it up.
     *
     * @return completes when nothing is left, or at the plan's deadline
     */
    CompletionStage<TerminationReport> terminate(String agentId, TerminationPlan plan);

    /** Sends SIGINT to the agent itself: what Ctrl-C does. Does nothing if it has ended. */
    void interrupt(String agentId);

    /**
     * Forgets an agent that has ended, and removes its directory.
     *
     * @throws IllegalStateException if it is alive
     */
    void release(String agentId);

    /**
     * Ends processes of this instance that belong to no agent in custody: what a crash, or an agent that ended, left
     * behind. Touches nothing of another instance.
     */
    TerminationReport sweep();

    /** Figures for metrics. */
    CustodyCounts counts();

    /** A tailing that can be stopped. */
    @ProviderType
    interface Tail extends AutoCloseable {
        @Override
        void close();
    }
}
