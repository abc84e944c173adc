package dev.switchboard.executor.claude.internal;

import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.PermissionAnswer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The handle of an agent that had no turn when it was adopted, and is being ended. */
record OverTurn(ClaudeProcess process) implements AgentTurn {
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
        return process.detach();
    }

    @Override
    public void answer(PermissionAnswer answer) {
        // there is no question
    }
}
