package dev.switchboard.executor.claude.internal;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent.TurnEnded;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.message.Origin;
import dev.switchboard.process.ProcessExit;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways in which a turn ends, and what people are told. */
final class TurnEnds {
    private static final Logger LOG = LoggerFactory.getLogger(TurnEnds.class);

    private TurnEnds() {}

    /**
     * @param result the agent's own account, if there is one: it counts, however the process ended
     * @param stopAsked whether the agent had been asked to stop
     * @param exit of the process, if that has ended
     * @param origin of the line that ended the turn
     */
    static TurnEnded of(
            Optional<ResultLine> result,
            boolean stopAsked,
            boolean killed,
            Optional<ProcessExit> exit,
            Optional<Origin> origin) {
        OptionalInt code = exit.map(ProcessExit::code).orElse(OptionalInt.empty());
        String stderr = exit.map(ProcessExit::stderrTail).orElse("");
        if (result.isPresent()) {
            Verdict verdict = result.get().verdict(stopAsked);
            return new TurnEnded(verdict, message(verdict, result.get()), code, stderr, origin);
        }
        if (exit.isPresent()) {
            return new TurnEnded(Verdict.DIED, died(exit.get(), killed), code, stderr, origin);
        }
        return stopAsked
                ? new TurnEnded(Verdict.INTERRUPTED, "The turn was interrupted.", code, stderr, origin)
                : new TurnEnded(Verdict.FAILED, "The agent stopped without a result.", code, stderr, origin);
    }

    /** The process could not be launched after all. */
    static TurnEnded notBegun(RuntimeException why) {
        if (!(why instanceof SwitchboardException)) {
            LOG.error("An agent could not be launched", why);
            return unreadable();
        }
        return new TurnEnded(Verdict.FAILED, why.getMessage(), OptionalInt.empty(), "", Optional.empty());
    }

    /** It was stopped before its process was launched. */
    static TurnEnded neverBegun(boolean killed) {
        return killed
                ? new TurnEnded(Verdict.DIED, "The agent was ended.", OptionalInt.empty(), "", Optional.empty())
                : new TurnEnded(
                        Verdict.INTERRUPTED, "The turn was interrupted.", OptionalInt.empty(), "", Optional.empty());
    }

    /** What it wrote is there and cannot be read. */
    static TurnEnded unreadable() {
        return new TurnEnded(
                Verdict.FAILED,
                "The agent's output cannot be read; the server's log says more.",
                OptionalInt.empty(),
                "",
                Optional.empty());
    }

    private static String message(Verdict verdict, ResultLine result) {
        switch (verdict) {
            case COMPLETED:
                return "";
            case INTERRUPTED:
                return "The turn was interrupted.";
            default:
                return result.message();
        }
    }

    private static String died(ProcessExit exit, boolean killed) {
        if (killed) {
            return "The agent was ended.";
        }
        if (exit.code().isEmpty()) {
            return "The agent was lost: its process is gone and left no exit code.";
        }
        String last = lastLine(exit.stderrTail());
        return "The agent ended without a result, exit code " + exit.code().getAsInt()
                + (last.isEmpty() ? "." : ": " + last);
    }

    private static String lastLine(String text) {
        String stripped = text.strip();
        return PlainText.of(stripped.substring(stripped.lastIndexOf('\n') + 1));
    }
}
