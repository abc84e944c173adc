package dev.switchboard.shell.internal.command;

import dev.switchboard.shell.internal.FakeServer;
import dev.switchboard.shell.internal.Output;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.impl.action.command.DefaultActionPreparator;
import org.apache.karaf.shell.support.CommandException;

/** Calls commands as Karaf does: it sets options and arguments from what was typed. */
final class Calls {
    final FakeServer server = new FakeServer();
    final Output output = new Output();

    /** Calls a command; its exit status. */
    int call(ServerCommand command, String... words) throws CommandException {
        prepare(command, words);
        return command.run(new Call(server, output.console, "anna"));
    }

    static void prepare(Action command, String... words) throws CommandException {
        try {
            new DefaultActionPreparator().prepare(command, null, List.of((Object[]) words));
        } catch (CommandException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("Karaf cannot prepare " + command.getClass(), e);
        }
    }
}
