package dev.switchboard.examples.echo;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.execution.PermissionAnswer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One echo: the prompt as an assistant's line, a result, the end. Too short to be stopped in the middle. */
final class EchoTurn implements AgentTurn {
    private final AgentListener listener;
    private final Content echo;
    private final String session;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    EchoTurn(AgentLaunch launch, AgentListener listener) {
        this.listener = listener;
        this.session =
                launch.session().sessionId().orElseGet(() -> UUID.randomUUID().toString());
        // The prompt is JSON as it came: a string or content blocks, either of which is the content of a message.
        String prompt = launch.prompt().json().toText();
        this.echo = Content.of("{\"type\":\"assistant\",\"message\":{\"role\":\"assistant\",\"content\":" + prompt
                + "},\"session_id\":\"" + session + "\"}");
    }

    void run() {
        Content result = Content.of(
                "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"session_id\":\"" + session + "\"}");
        listener.on(List.of(
                        new AgentEvent.SessionChanged(session),
                        new AgentEvent.Line("assistant", echo, Optional.empty()),
                        new AgentEvent.Line("result", result, Optional.empty()),
                        new AgentEvent.TurnEnded(Verdict.COMPLETED, "", OptionalInt.empty(), "", Optional.empty())))
                .whenComplete((recorded, failure) -> over.complete(null));
    }

    @Override
    public Optional<String> agentId() {
        return Optional.empty();
    }

    @Override
    public void interrupt() {
        // Over before anybody can interrupt it.
    }

    @Override
    public CompletionStage<Void> kill() {
        return over;
    }

    @Override
    public CompletionStage<Void> detach() {
        return over;
    }

    @Override
    public void answer(PermissionAnswer answer) {
        // It never asks.
    }
}
