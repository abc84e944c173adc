package dev.switchboard.executor.claude.internal;

import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.PermissionAnswer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The handle of an agent that had no turn when it was adopted: it waits for the next one, or is being ended.
 *
 * @param follower who is told what it writes as long as it has no turn again
 */
record IdleAgent(ClaudeProcess process, Follower follower) implements AgentTurn {
    @Override
    public Optional<String> agentId() {
        return Optional.of(process.agentId());
    }

    @Override
    public void interrupt() {
        // there is nothing to stop
    }

    @Override
    public CompletionStage<Void> kill() {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> detach() {
        return process.follower() == follower ? process.detach() : CompletableFuture.completedStage(null);
    }

    @Override
    public void answer(PermissionAnswer answer) {
        // there is no question
    }
}
