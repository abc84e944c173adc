package dev.switchboard.shell.internal.command;

import dev.switchboard.shell.internal.Console;
import dev.switchboard.shell.internal.Services;

/**
 * One call of a command.
 *
 * @param user who called it, as other people are shown them
 */
record Call(Services services, Console console, String user) {}
