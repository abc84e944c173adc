package dev.switchboard.config.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.Properties;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a server that must not start, and says why. A server that has started before in this process is not ended
 * because this bundle was updated while the file has a mistake: it waits for a better configuration.
 */
final class StartRefusal {
    /** EX_CONFIG of sysexits.h: something was found in an unconfigured or misconfigured state. */
    static final int EXIT_CODE = 78;
    /** The system property that outlives this bundle, but not the process. */
    static final String STARTED = "switchboard.started";

    private static final Logger LOG = LoggerFactory.getLogger(StartRefusal.class);

    private final PrintStream console;
    private final IntConsumer exit;
    private final Properties process;

    /**
     * @param console where a person or a service manager looks
     * @param exit ends the process with a code
     * @param process what is known as long as the process lives
     */
    StartRefusal(PrintStream console, IntConsumer exit, Properties process) {
        this.console = console;
        this.exit = exit;
        this.process = process;
    }

    /** From now on the process goes on whatever comes. */
    void started() {
        process.setProperty(STARTED, "true");
    }

    /**
     * Says each reason in one line, then ends the process.
     *
     * @return whether the process ends; if not, something better may still come
     */
    boolean refuse(List<String> reasons) {
        List<String> lines = reasons.stream().map(Problem::oneLine).toList();
        lines.forEach(reason -> LOG.error("cannot start: {}", reason));
        if (process.getProperty(STARTED) != null) {
            return false;
        }
        lines.forEach(reason -> console.println("Switchboard cannot start: " + reason));
        console.flush();
        exit.accept(EXIT_CODE);
        return true;
    }
}
