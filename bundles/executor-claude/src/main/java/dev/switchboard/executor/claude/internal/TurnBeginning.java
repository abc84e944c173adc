package dev.switchboard.executor.claude.internal;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.ExecutionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a process that has had turns before begins another one with.
 *
 * @param labels the server's, for as long as the turn is under way
 * @param setup of the process from now on; empty if it stays as it is
 * @param before messages that have to reach the CLI before the prompt
 * @param prompt as the CLI gets it; empty if the agent began the turn by itself
 */
record TurnBeginning(
        ExecutionId execution,
        Map<String, String> labels,
        Optional<Setup> setup,
        List<Content> before,
        Optional<Content> prompt) {
    /** @param before messages that have to reach the CLI before the prompt */
    static TurnBeginning of(PreparedLaunch prepared, List<Content> before) {
        AgentLaunch launch = prepared.launch();
        return new TurnBeginning(
                launch.execution(), launch.labels(), Setup.of(prepared), before, Optional.of(prepared.message()));
    }

    /** A turn that the agent began by itself: it has the labels of the turn before it. */
    static TurnBeginning byItself(ExecutionId execution, Map<String, String> labels) {
        return new TurnBeginning(execution, labels, Optional.empty(), List.of(), Optional.empty());
    }
}
