package dev.switchboard.examples.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.Prompt;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EchoExecutorTest {
    @Test
    @DisplayName("S4 the example repeats the prompt in the session that it is given, and ends its turn")
    void echoes() throws Exception {
        EchoExecutor executor = new EchoExecutor();
        List<AgentEvent> events = new CopyOnWriteArrayList<>();
        ExecutionId id = ExecutionId.random();
        AgentListener listener = new AgentListener() {
            @Override
            public ExecutionId execution() {
                return id;
            }

            @Override
            public CompletionStage<Void> on(List<AgentEvent> some) {
                events.addAll(some);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public AgentListener nextTurn(AgentTurn turn) {
                throw new AssertionError("an echo does not begin by itself");
            }
        };
        AgentTurn turn = executor.launch(
                new AgentLaunch(
                        id,
                        ProjectId.random(),
                        Path.of("/tmp"),
                        new SessionChoice(Optional.of("s1"), false),
                        new Prompt(Content.of("\"hi \\ud83d\\ude00\""), "hi"),
                        ExecutionOptions.none()),
                listener);
        turn.kill().toCompletableFuture().get(5, TimeUnit.SECONDS);
        executor.deactivate();
        assertEquals(new AgentEvent.SessionChanged("s1"), events.get(0));
        String line = ((AgentEvent.Line) events.get(1)).line().toText();
        assertTrue(line.contains("\"content\":\"hi \\ud83d\\ude00\""), line);
        assertEquals(AgentEvent.Verdict.COMPLETED, ((AgentEvent.TurnEnded) events.get(3)).verdict());
    }
}
