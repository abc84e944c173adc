package dev.switchboard.shell.internal.remote;

import dev.switchboard.shell.internal.Printable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.karaf.shell.support.CommandException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a user is told of a command that failed: one line, without colours, and never a stack trace. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final int LIMIT = 2000;
    private static final Pattern STYLE = Pattern.compile("\u001B\\[[0-9;]*m");
    /** How our commands and Karaf begin; it is said once, and in one way. */
    private static final Pattern BEGINNING = Pattern.compile("^(Error: |Error executing command:? )");

    /** What reads command lines and sets a command's options and arguments. */
    private static final List<String> READERS = List.of(
            "org.apache.felix.gogo.runtime.",
            "org.apache.karaf.shell.support.parsing.",
            "org.apache.karaf.shell.impl.console.parsing.",
            "org.apache.karaf.shell.impl.action.command.");

    private static final Pattern INTEGER = Pattern.compile(" to type (java\\.lang\\.Integer|int)$");

    private Failures() {}

    static String line(Throwable failure) {
        return "Error: " + Printable.line(text(failure), LIMIT);
    }

    private static String text(Throwable failure) {
        String type = failure.getClass().getName();
        if (failure instanceof CommandException known) {
            String text = BEGINNING.matcher(firstLine(known.getNiceHelp())).replaceFirst("");
            return INTEGER.matcher(text).replaceFirst(": expected a whole number");
        }
        String message = firstLine(Objects.requireNonNullElse(failure.getMessage(), ""));
        // Gogo's own exceptions are in no package that it exports.
        if (type.endsWith(".CommandNotFoundException")) {
            return "there is no command \"" + message.replaceFirst("^Command not found: ", "")
                    + "\", or it takes a role that you do not have";
        }
        if (isOfTheLine(failure)) {
            return "the command line cannot be read; look at its quotes, brackets and variables";
        }
        if (!(failure instanceof InterruptedException)) {
            LOG.error("a command failed", withoutMessage(failure));
        }
        return message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    /** Whether it was thrown by what reads command lines. Its messages mean nothing to users, or quote half a prompt. */
    private static boolean isOfTheLine(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .map(StackTraceElement::getClassName)
                .filter(thrower ->
                        !thrower.startsWith("java.") && !thrower.startsWith("jdk.")) // JDK 25 checks bounds there
                .findFirst()
                .filter(thrower -> READERS.stream().anyMatch(thrower::startsWith))
                .isPresent();
    }

    /** A message may quote the command line, and with it a prompt. */
    private static Throwable withoutMessage(Throwable failure) {
        Throwable shown = new Throwable(failure.getClass().getName());
        shown.setStackTrace(failure.getStackTrace());
        return shown;
    }

    private static String firstLine(String text) {
        return STYLE.matcher(text).replaceAll("").strip().lines().findFirst().orElse("");
    }
}
