package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.Prompt;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import dev.switchboard.shell.internal.FrameView;
import dev.switchboard.shell.internal.LogFollower;
import dev.switchboard.shell.internal.ProjectWatch;
import dev.switchboard.shell.internal.RecordView;
import dev.switchboard.shell.internal.RunView;
import dev.switchboard.shell.internal.Services;
import dev.switchboard.shell.internal.Stages;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;

/** Runs an agent and shows what it does until it is done. */
@Service
@Command(
        scope = "switchboard",
        name = "execute",
        description =
                "Prompts a project's agent and shows what it does until the end of the run. Ctrl-C interrupts the run, or"
                        + " takes it out of the queue. Fails unless the run completes.")
public final class ExecuteCommand extends ProjectCommand {
    /** How often to look whether anybody still watches. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    @Argument(
            index = 1,
            name = "prompt",
            required = true,
            multiValued = true,
            description = "What to ask the agent; in quotes if it has characters that mean something to the shell")
    List<String> prompt;

    @Option(name = "--json", description = "The records of the run as clients get them, one JSON document on a line")
    boolean json;

    @Option(name = "--queue", description = "If a run is active, wait behind it instead of being refused")
    boolean queue;

    @Override
    int run(Call call) throws CommandException {
        ProjectId id = project(call).project().id();
        ProjectWatch watch = new ProjectWatch(id);
        // Listening begins before the run does, or a short one's end could be missed.
        try (Services.Registration listening = call.services().listen(watch)) {
            Execution run = Stages.await(
                    call.services().executions().execute(request(call, id)), Stages.SHORT, "the start of the run");
            watch.only(run.id());
            long firstSeq = run.status() == Execution.Status.QUEUED ? firstRecord(call, watch, run) : run.firstSeq();
            RecordView view = json ? new FrameView(id, call.console()) : new RunView(call.console());
            LogFollower follower = new LogFollower(call.services(), id, firstSeq - 1, watch, view, call.console());
            return report(follow(call, follower, run));
        }
    }

    /** Waits until a queued run begins. */
    private long firstRecord(Call call, ProjectWatch watch, Execution run) throws CommandException {
        if (!json) {
            call.console().line("[waiting in the queue, place " + run.position() + ", run " + run.id() + "]");
        }
        try {
            Optional<OptionalLong> begin = Optional.empty();
            while (begin.isEmpty() && !call.console().isGone()) {
                begin = watch.awaitBegin(run.id(), LOOK);
            }
            OptionalLong firstSeq =
                    begin.orElseThrow(() -> failure("nobody watches any longer; the run stays in the queue", null));
            return firstSeq.orElseThrow(() -> failure("the run was taken out of the queue", null));
        } catch (InterruptedException e) {
            if (call.console().isGone()) {
                Thread.currentThread().interrupt();
                throw failure("nobody watches any longer; the run stays in the queue", null);
            }
            Stages.await(
                    call.services().executions().cancelQueued(run.project(), run.id(), call.user()),
                    Stages.SHORT,
                    "taking the run out of the queue");
            throw failure("the run was taken out of the queue", null);
        }
    }

    private ExecutionRequest request(Call call, ProjectId id) {
        String text = String.join(" ", prompt);
        if (text.isBlank()) {
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED, "the prompt is empty; say what to do", Map.of("field", "prompt"));
        }
        // Nothing that this command can ask for takes more than an operator's rights.
        Principal by = new Principal("shell:" + call.user(), call.user(), Role.OPERATOR, Optional.empty());
        return new ExecutionRequest(
                id, new Prompt(Json.content(TextNode.valueOf(text)), text), ExecutionOptions.none(), by, queue);
    }

    private static Optional<ExecutionEvent.Ended> follow(Call call, LogFollower follower, Execution run) {
        try {
            return follower.showRun(run.id());
        } catch (InterruptedException e) {
            if (call.console().isGone()) {
                // Nobody asked for the end of the run: whoever watched it hung up.
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
            call.services().executions().interrupt(run.project(), call.user());
            return followInterrupted(follower, run);
        }
    }

    /** The second Ctrl-C leaves the run alone: one that does not obey the first is killed by the server. */
    private static Optional<ExecutionEvent.Ended> followInterrupted(LogFollower follower, Execution run) {
        try {
            return follower.showRun(run.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private int report(Optional<ExecutionEvent.Ended> end) throws CommandException {
        if (end.isEmpty()) {
            throw failure("the run is not followed any longer; it goes on in the server", null);
        }
        ExecutionOutcome outcome = end.get().outcome();
        if (outcome.result() == ExecutionOutcome.Result.COMPLETED) {
            return 0;
        }
        // Among the frames there is one that says so already.
        if (json) {
            return BAD_NEWS;
        }
        throw failure(
                switch (outcome.result()) {
                    case KILLED -> "the run was killed";
                    case INTERRUPTED -> "the run was interrupted";
                    case TIMED_OUT, FAILED -> "the run failed: " + outcome.message();
                    case COMPLETED -> throw new IllegalStateException("handled above");
                },
                null);
    }
}
