package dev.switchboard.executor.claude.internal;

import dev.switchboard.execution.AgentEvent.Verdict;
import java.util.List;

/**
 * The agent's own account of how a turn went.
 *
 * @param error the verdict; the subtype is none ({@code success} with an error is what an API failure looks like)
 * @param terminalReason empty with some versions and some results
 * @param errors what went wrong, if the agent could not finish
 * @param text the beginning of the last answer, or of the API's error
 */
record ResultLine(boolean error, String subtype, String terminalReason, List<String> errors, String text) {
    private static final String UNKNOWN_SESSION = "No conversation found";
    /** Marks what is meant for the CLI's makers. */
    private static final String DIAGNOSTIC = "[ede_diagnostic]";

    ResultLine {
        errors = List.copyOf(errors);
    }

    /** Whether there is no conversation of the id that was to be resumed. */
    boolean unknownSession() {
        return error && errors.stream().anyMatch(ResultLine::tellsUnknownSession);
    }

    /** Whether an error text says that there is no such conversation. */
    static boolean tellsUnknownSession(String text) {
        return text.contains(UNKNOWN_SESSION);
    }

    /** @param stopAsked whether the agent had been asked to stop */
    Verdict verdict(boolean stopAsked) {
        if (!error) {
            return Verdict.COMPLETED;
        }
        boolean aborted = terminalReason.startsWith("aborted");
        return aborted || stopAsked && subtype.equals("error_during_execution") ? Verdict.INTERRUPTED : Verdict.FAILED;
    }

    /** What people are told of a failure. */
    String message() {
        List<String> told =
                errors.stream().filter(each -> !each.startsWith(DIAGNOSTIC)).toList();
        String message = told.isEmpty() ? text : String.join("; ", told);
        return PlainText.of(message.isBlank() ? "The agent reported " + subtype + "." : message);
    }
}
