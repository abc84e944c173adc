package dev.switchboard.process;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What custody knows of an agent; a snapshot.
 *
 * @param agentId its identity: letters, digits and hyphens; the name of its directory
 * @param pid the process id of the agent's session leader
 * @param launchedAt when it was launched
 * @param alive whether it was alive at this moment: process id, start time and cookie all matched
 * @param exit how it ended, once that is known
 * @param outputBytes how long its stdout spool is, in bytes
 * @param labels as given at the launch and changed since
 */
public record CustodyRecord(
        String agentId,
        long pid,
        Instant launchedAt,
        boolean alive,
        Optional<ProcessExit> exit,
        long outputBytes,
        Map<String, String> labels) {
    public CustodyRecord {
        Objects.requireNonNull(agentId, "agentId");
        Objects.requireNonNull(launchedAt, "launchedAt");
        Objects.requireNonNull(exit, "exit");
        labels = Map.copyOf(labels);
    }
}
