package dev.switchboard.shell.internal.command;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.logging.LogContext;
import dev.switchboard.security.Role;
import dev.switchboard.shell.internal.BundleServices;
import dev.switchboard.shell.internal.Caller;
import dev.switchboard.shell.internal.Console;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Services;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.ShellUtil;
import org.jline.terminal.Terminal;
import org.osgi.framework.BundleContext;

/**
 * What all commands have in common. They refer to no service: Karaf takes every command of a bundle away while a service that
 * one of them refers to is missing.
 */
abstract class ServerCommand implements Action {
    /** The exit status of a command that did what it should and has bad news. */
    static final int BAD_NEWS = 1;

    /** Tells one command from another in the log. */
    private static final AtomicLong NUMBER = new AtomicLong();

    @Reference
    private BundleContext context;

    @Reference
    private Session session;

    /** Who called it. */
    private String user;

    @Override
    public final Object execute() throws CommandException {
        return LogContext.NONE
                .withCorrelation("shell-" + NUMBER.incrementAndGet())
                .call(this::executeNow);
    }

    private Object executeNow() throws CommandException {
        // Gogo names it by all that was typed, and logs and thread dumps would show prompts.
        String typed = Thread.currentThread().getName();
        Command command = getClass().getAnnotation(Command.class);
        Thread.currentThread().setName("pipe-" + command.scope() + ":" + command.name());
        user = Objects.requireNonNullElse(ShellUtil.getCurrentUserName(), "shell");
        try (Services services = new BundleServices(context, user)) {
            int status = run(new Call(services, new Console(System.out, () -> Caller.hasLeft(session)), user));
            return status == 0 ? null : status;
        } catch (SwitchboardException e) {
            throw failure(e.getMessage(), e);
        } finally {
            Thread.currentThread().setName(typed);
        }
    }

    /**
     * Does what the command is for.
     *
     * @return the exit status
     * @throws SwitchboardException what the user is told on one line
     */
    abstract int run(Call call) throws CommandException;

    /** Services for another thread of the command's; to be closed by it. */
    final Services moreServices() {
        return new BundleServices(context, user);
    }

    /** The terminal that the command was called at, if there is one. */
    final Optional<Terminal> terminal() {
        return session == null
                ? Optional.empty()
                : Optional.ofNullable(session.getTerminal())
                        .filter(Terminal.class::isInstance)
                        .map(Terminal.class::cast);
    }

    /** Whether who called it has the role admin, as far as the shell says. */
    final boolean isAdmin() {
        return session != null && Caller.hasRole(session, Role.ADMIN);
    }

    /** The error for something that was typed. */
    static SwitchboardException invalid(String field, String message) {
        return new SwitchboardException(ErrorCode.VALIDATION_FAILED, message, Map.of("field", field));
    }

    /** Karaf prints the first text of this kind of exception as it is, without a stack trace, and lets the command fail. */
    static CommandException failure(String message, Throwable cause) {
        return new CommandException("Error: " + Printable.line(message, 2000), message, cause);
    }
}
