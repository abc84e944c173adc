package dev.switchboard.process.internal;

import dev.switchboard.process.CustodyCounts;
import dev.switchboard.process.TerminationReport;
import java.util.concurrent.atomic.LongAdder;

/** Counts what has been done since the server started. Safe for use by many threads. */
final class CustodyFigures {
    private final LongAdder launched = new LongAdder();
    private final LongAdder killed = new LongAdder();
    private final LongAdder survivors = new LongAdder();

    void launched() {
        launched.increment();
    }

    void killed(int processes) {
        killed.add(processes);
    }

    void survived(int processes) {
        survivors.add(processes);
    }

    void swept(TerminationReport report) {
        killed(report.killed());
        survived(report.survivors());
    }

    CustodyCounts counts(int living) {
        return new CustodyCounts(launched.sum(), living, killed.sum(), survivors.sum());
    }
}
