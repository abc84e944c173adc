package dev.switchboard.config.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a server that must not start, and says why. */
final class StartRefusal {
    /** EX_CONFIG of sysexits.h: something was found in an unconfigured or misconfigured state. */
    static final int EXIT_CODE = 78;

    private static final Logger LOG = LoggerFactory.getLogger(StartRefusal.class);

    private final PrintStream console;
    private final IntConsumer exit;

    /**
     * @param console where a person or a service manager looks
     * @param exit ends the process with a code
     */
    StartRefusal(PrintStream console, IntConsumer exit) {
        this.console = console;
        this.exit = exit;
    }

    /** Says each reason in one line, then ends the process. */
    void refuse(List<String> reasons) {
        for (String reason : reasons) {
            LOG.error("cannot start: {}", reason);
            console.println("Switchboard cannot start: " + reason);
        }
        console.flush();
        exit.accept(EXIT_CODE);
    }
}
