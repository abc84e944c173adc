package dev.switchboard.shell.internal.chat;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.LogHead;
import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.Console;
import dev.switchboard.shell.internal.ExecutorEntry;
import dev.switchboard.shell.internal.LogFollower;
import dev.switchboard.shell.internal.ProjectWatch;
import dev.switchboard.shell.internal.Services;
import dev.switchboard.shell.internal.Services.Registration;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jline.terminal.Terminal;

/** Puts a conversation together: somebody types on one thread, a second follows the project's log, a third redraws. */
public final class Chat {
    private final Services services;
    private final Supplier<Services> more;
    private final String user;
    private final boolean admin;
    private final BooleanSupplier left;

    /**
     * @param services of the thread that types
     * @param more makes those of another thread
     * @param admin whether they may switch the agent's questions off, if the server allows that
     * @param left whether they are known to have gone
     */
    public Chat(Services services, Supplier<Services> more, String user, boolean admin, BooleanSupplier left) {
        this.services = services;
        this.more = more;
        this.user = user;
        this.admin = admin;
        this.left = left;
    }

    /**
     * Talks until somebody leaves, or the project is deleted.
     *
     * @param recent how many records from before are shown
     */
    public void run(Terminal terminal, ProjectId project, int recent) {
        ChatTerminal screen = new ChatTerminal(terminal, left);
        ProjectWatch watch = new ProjectWatch(project);
        ExecutorService threads = Executors.newFixedThreadPool(2, new NamedThreads("switchboard-shell-chat"));
        AtomicBoolean over = new AtomicBoolean();
        try (Registration records = services.listen(watch)) {
            ProjectStatus status = services.projects().status(project);
            Conversation conversation = new Conversation(services, status, user, modes(status), screen);
            try (Registration states =
                    services.listen(event -> changed(event, conversation, screen, threads, project))) {
                conversation.changed(services.projects().status(project));
                screen.print("(/help tells what there is; Ctrl-C interrupts the agent, Ctrl-D leaves)");
                ConversationView view = new ConversationView(project, conversation, screen);
                Console console = new Console(OutputStream.nullOutputStream(), () -> over.get() || left.getAsBoolean());
                threads.execute(() -> follow(project, startOf(status.log(), recent), watch, view, console, screen));
                screen.converse(conversation);
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    private static long startOf(LogHead head, int recent) {
        return Math.max(head.firstSeq() - 1, head.lastSeq() - recent);
    }

    private PermissionModes modes(ProjectStatus status) {
        Set<String> known = services.executors().stream()
                .filter(entry ->
                        entry.selected() && entry.name().equals(status.project().executor()))
                .map(ExecutorEntry::capabilities)
                .findAny()
                .map(abilities -> abilities.permissionModes())
                .orElse(Set.of());
        boolean allowed = services.configuration().settings().get(ServerSettings.CLAUDE_BYPASS_ALLOWED);
        return new PermissionModes(known, admin && allowed);
    }

    /** On a thread of the server that must get on: drawing waits for the terminal. */
    private static void changed(
            ExecutionEvent event,
            Conversation conversation,
            ChatTerminal screen,
            ExecutorService threads,
            ProjectId project) {
        if (event.project().equals(project) && event instanceof ExecutionEvent.Changed change) {
            conversation.changed(change.status());
            try {
                threads.execute(screen::redraw);
            } catch (RejectedExecutionException e) {
                // It is over.
            }
        }
    }

    private void follow(
            ProjectId project,
            long after,
            ProjectWatch watch,
            ConversationView view,
            Console console,
            ChatTerminal screen) {
        try (Services own = more.get()) {
            new LogFollower(own, project, after, watch, view, console).showAll();
            if (!console.isGone()) {
                screen.print("(the project was deleted)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SwitchboardException e) {
            screen.print("[error] " + e.getMessage());
        } finally {
            screen.end();
        }
    }
}
