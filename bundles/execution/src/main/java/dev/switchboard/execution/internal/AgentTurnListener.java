package dev.switchboard.execution.internal;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Receives a turn that an agent began by itself: a run of its own, which begins when the project is free. */
final class AgentTurnListener implements AgentListener {
    private static final Duration RETRY = Duration.ofMillis(20);

    private final ProjectActor actor;
    private final AgentTurn turn;
    private final AgentExecutor driver;
    private final String executor;
    private final ExecutionId id = ExecutionId.random();
    private AgentListener run;

    AgentTurnListener(ProjectActor actor, AgentTurn turn, AgentExecutor driver, String executor) {
        this.actor = actor;
        this.turn = turn;
        this.driver = driver;
        this.executor = executor;
    }

    @Override
    public ExecutionId execution() {
        return id;
    }

    @Override
    public CompletionStage<Void> on(List<AgentEvent> events) {
        CompletableFuture<Void> recorded = new CompletableFuture<>();
        actor.execute(() -> relay(events, recorded));
        return recorded;
    }

    private void relay(List<AgentEvent> events, CompletableFuture<Void> recorded) {
        if (actor.isDeleted()) {
            recorded.complete(null);
            return;
        }
        if (run == null && actor.run().isPresent()) {
            actor.services().after(RETRY, actor::execute, () -> relay(events, recorded));
            return;
        }
        if (run == null && !begin()) {
            actor.services().after(RETRY, actor::execute, () -> relay(events, recorded));
            return;
        }
        run.on(events).thenRun(() -> recorded.complete(null));
    }

    /** Begins the run; not while the log cannot be written. */
    private boolean begin() {
        Admission.Permit permit = actor.services().admission().adopt();
        try {
            Run begun = actor.context().call(() -> actor.claim(id, ExecutionOptions.none(), permit, List.of()));
            begun.begin(driver, executor, () -> turn);
            if (!actor.services().executors().contains(driver)) {
                begun.executorLeft(driver); // while the turn waited for the project to be free
            }
            run = begun.listener(driver, executor);
            return true;
        } catch (SwitchboardException e) {
            permit.cancel();
            return false;
        }
    }

    @Override
    public AgentListener nextTurn(AgentTurn next) {
        return actor.agentTurn(next, driver, executor);
    }
}
