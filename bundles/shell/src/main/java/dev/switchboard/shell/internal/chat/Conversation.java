package dev.switchboard.shell.internal.chat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.execution.Prompt;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Services;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What somebody does in a conversation with a project's agent: prompts it, answers its questions, stops it. One thread types;
 * {@link #changed}, {@link #isRaw} and {@link #takeOwn} may be called by any.
 */
public final class Conversation {
    static final List<String> COMMANDS =
            List.of("/help", "/interrupt", "/kill", "/mode", "/new", "/queue", "/quit", "/raw");

    private static final String HELP = """
            What you type goes to the agent; while it works, it waits in the queue.
            Its questions are answered with %s.
            /mode [name]      the permission mode of the next prompts; Tab on an empty line goes through them
            /interrupt        stops the turn, as Ctrl-C does
            /kill             ends the run with all that it started, and empties the queue
            /queue [cancel n] what waits; takes the n-th out
            /new              begins a new session
            /raw              shows records as JSON, or as text again
            /quit             leaves, as Ctrl-D does; a run goes on
            //command         is the agent's own /command""".formatted(ChatAnswer.EXPECTED);

    private final Services services;
    private final ProjectId project;
    private final String user;
    private final PermissionModes modes;
    private final Screen screen;
    /** The services are one thread's at a time. Nothing is waited for under it. */
    private final ReentrantLock actions = new ReentrantLock();

    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    /** Prompts whose records are not to be shown to who typed them. */
    private final Set<String> own = ConcurrentHashMap.newKeySet();

    private volatile ProjectStatus status;
    private volatile boolean raw;
    /** Nothing is asked for until somebody chooses: the agent's own settings decide. */
    private Optional<String> mode = Optional.empty();

    Conversation(Services services, ProjectStatus status, String user, PermissionModes modes, Screen screen) {
        this.services = services;
        this.project = status.project().id();
        this.status = status;
        this.user = user;
        this.modes = modes;
        this.screen = screen;
    }

    /** The project is like this by now. */
    void changed(ProjectStatus now) {
        status = now;
    }

    /** Whether records are shown as they are. */
    boolean isRaw() {
        return raw;
    }

    /** Whether a prompt was typed here; true once for each. */
    boolean takeOwn(String prompt) {
        return own.remove(prompt);
    }

    PermissionModes modes() {
        return modes;
    }

    /** What stands before the line that is typed: project, state and mode, or the agent's question. */
    String prompt() {
        ProjectStatus now = status;
        String name = Printable.line(
                now.project()
                        .name()
                        .orElseGet(() -> now.project().directory().getFileName().toString()),
                30);
        Optional<PermissionRequest> question = question();
        if (question.isPresent()) {
            return "[" + name + "] allow " + Printable.line(question.get().toolName(), 40) + "? (" + ChatAnswer.EXPECTED
                    + ") > ";
        }
        String queue = now.queue().isEmpty() ? "" : " +" + now.queue().size();
        return "[" + name + " | " + state(now.state()) + queue + " | " + shownMode() + "] > ";
    }

    private static String state(ProjectState state) {
        return switch (state) {
            case IDLE -> "idle";
            case EXECUTING -> "working";
            case ERROR -> "failed";
        };
    }

    private String shownMode() {
        return mode.orElse(PermissionModes.DEFAULT);
    }

    private Optional<PermissionRequest> question() {
        return question(status);
    }

    private Optional<PermissionRequest> question(ProjectStatus at) {
        return at.pendingPermissions().stream()
                .filter(request -> !answered.contains(request.permissionId()))
                .findFirst();
    }

    /**
     * Does what a line says.
     *
     * @return whether the conversation goes on
     */
    boolean enter(String line) {
        ChatInput input = ChatInput.of(line);
        actions.lock();
        try {
            if (input instanceof ChatInput.Command command) {
                return obey(command);
            }
            if (input instanceof ChatInput.Prompt prompt) {
                // What is shown before the line may be behind the records above it, of which a question may be the
                // last.
                question()
                        .or(() -> question(now()))
                        .ifPresentOrElse(request -> answer(request, prompt.text()), () -> say(prompt.text()));
            }
            return true;
        } finally {
            actions.unlock();
        }
    }

    /** Chooses the next permission mode. */
    void nextMode() {
        mode = Optional.of(modes.after(shownMode()));
    }

    /** Stops the agent's turn. May be called by any thread. */
    void interrupt() {
        actions.lock();
        try {
            if (isAtWork()) {
                begin("interrupt", () -> services.executions().interrupt(project, user));
            } else {
                screen.print("(the agent is not at work; Ctrl-D leaves)");
            }
        } finally {
            actions.unlock();
        }
    }

    /** What is shown may be a moment behind: whoever stops a turn that has just begun means it. */
    private boolean isAtWork() {
        return status.state() == ProjectState.EXECUTING || now().state() == ProjectState.EXECUTING;
    }

    /** What the project is like, as the server says; as it was shown last if that does not answer. */
    private ProjectStatus now() {
        try {
            return services.projects().status(project);
        } catch (SwitchboardException e) {
            return status;
        }
    }

    private boolean obey(ChatInput.Command command) {
        switch (command.name()) {
            case "help" -> screen.print(HELP);
            case "interrupt" -> interrupt();
            case "kill" -> begin("kill", () -> services.executions().kill(project, user));
            case "mode" -> chooseMode(command.argument());
            case "new" ->
                begin("new session", () -> services.executions().newSession(project, SessionChoice.fresh(), user));
            case "queue" -> queue(command.argument());
            case "raw" -> {
                raw = !raw;
                screen.print(raw ? "(records as JSON from now on)" : "(records as text from now on)");
            }
            case "quit" -> {
                return false;
            }
            default ->
                screen.print("(there is no /" + command.name() + "; /help tells what there is, and //" + command.name()
                        + " goes to the agent)");
        }
        return true;
    }

    private void chooseMode(String name) {
        if (modes.offered().contains(name)) {
            mode = Optional.of(name);
        } else if (name.isEmpty()) {
            screen.print("(" + shownMode() + "; there is " + String.join(", ", modes.offered()) + ")");
        } else {
            screen.print("(\"" + name + "\" cannot be chosen; there is " + String.join(", ", modes.offered()) + ")");
        }
    }

    private void queue(String argument) {
        List<QueuedExecution> waiting = status.queue();
        if (argument.isEmpty()) {
            screen.print(waiting.isEmpty() ? "(nothing waits)" : "(these wait)");
            for (int i = 0; i < waiting.size(); i++) {
                screen.print((i + 1) + "  [" + waiting.get(i).by() + "] "
                        + Printable.line(waiting.get(i).prompt(), 120));
            }
        } else if (argument.matches("cancel\\s+[1-9]\\d{0,4}")) {
            int place = Integer.parseInt(argument.replaceFirst("cancel\\s+", ""));
            if (place > waiting.size()) {
                screen.print("(nothing waits at place " + place + ")");
            } else {
                begin(
                        "queue",
                        () -> services.executions()
                                .cancelQueued(project, waiting.get(place - 1).id(), user));
            }
        } else {
            screen.print("(expected /queue, or /queue cancel and a place)");
        }
    }

    private void answer(PermissionRequest request, String line) {
        Optional<PermissionAnswer> answer = ChatAnswer.of(request.permissionId(), line);
        if (answer.isEmpty()) {
            screen.print("(the agent waits for an answer: " + ChatAnswer.EXPECTED + ")");
            return;
        }
        answered.add(request.permissionId());
        begin(
                "answer",
                () -> services.executions().answer(project, answer.get(), user),
                done -> {},
                () -> answered.remove(request.permissionId()));
    }

    private void say(String text) {
        own.add(text);
        begin(
                "prompt",
                () -> services.executions().execute(request(text)),
                run -> {
                    if (run.status() == Execution.Status.QUEUED) {
                        screen.print("(waits in the queue, place " + run.position() + ")");
                    }
                },
                () -> own.remove(text));
    }

    private ExecutionRequest request(String text) {
        boolean bypass = mode.filter(PermissionModes.BYPASS::equals).isPresent();
        // Only who may choose that mode is offered it.
        Role role = bypass ? Role.ADMIN : Role.OPERATOR;
        Principal by = new Principal("shell:" + user, user, role, Optional.empty());
        ExecutionOptions options =
                ExecutionOptions.none().withPermissionMode(mode).withAsk(Ask.REMOTE);
        return new ExecutionRequest(project, new Prompt(Json.content(TextNode.valueOf(text)), text), options, by, true);
    }

    /** Begins something whose outcome is seen in the project's records; only what goes wrong is told here. */
    private void begin(String what, Supplier<CompletionStage<?>> action) {
        begin(what, action::get, done -> {}, () -> {});
    }

    /** Begins something, and waits for nothing: who types must be able to stop it. */
    private <T> void begin(
            String what, Supplier<CompletionStage<? extends T>> action, Consumer<T> onDone, Runnable onFailure) {
        CompletionStage<? extends T> stage;
        try {
            stage = action.get();
        } catch (SwitchboardException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        stage.whenComplete((done, failure) -> {
            if (failure == null) {
                onDone.accept(done);
                return;
            }
            onFailure.run();
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            screen.print("[error] " + what + ": " + cause.getMessage());
        });
    }
}
