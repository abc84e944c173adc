package dev.switchboard.shell.internal.command;

import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.chat.Chat;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.jline.terminal.Terminal;

/** Talks with an agent at a terminal. */
@Service
@Command(
        scope = "switchboard",
        name = "chat",
        description =
                "Talks with a project's agent: prompts, what it does, its questions, in one place. Needs a terminal.")
public final class ChatCommand extends ProjectCommand {
    private static final int MAX_RECORDS = 10_000;

    @Option(name = "-n", aliases = "--records", description = "How many records from before are shown, from 0 to 10000")
    int records = 20;

    @Override
    int run(Call call) throws CommandException {
        if (records < 0 || records > MAX_RECORDS) {
            throw invalid("records", "-n " + records + " is out of range; expected a number from 0 to " + MAX_RECORDS);
        }
        ProjectId id = project(call).project().id();
        Terminal terminal = terminal()
                .orElseThrow(() -> failure(
                        "chat needs a terminal; open the shell without a command and call it there, or use execute",
                        null));
        new Chat(call.services(), this::moreServices, call.user(), isAdmin(), call.console()::isGone)
                .run(terminal, id, records);
        return 0;
    }
}
