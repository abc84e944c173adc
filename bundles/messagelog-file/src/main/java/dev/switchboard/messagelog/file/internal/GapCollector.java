package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.Gap;
import java.util.ArrayList;
import java.util.List;

/** The missing records of a page; neighbours become one gap, whichever way the page is read. */
final class GapCollector {
    private static final String REASON = "damaged or missing on disk";

    private final List<Gap> gaps = new ArrayList<>();
    private int confirmed;
    private long from;
    private long to;

    void add(long first, long last) {
        if (to != 0 && first == to + 1) {
            to = last;
        } else if (to != 0 && last == from - 1) {
            from = first;
        } else {
            flush();
            from = first;
            to = last;
        }
    }

    /** A record follows on what was added so far. */
    void confirm() {
        flush();
        confirmed = gaps.size();
    }

    /** Those that a record of the page follows on. */
    List<Gap> confirmed() {
        return gaps.subList(0, confirmed);
    }

    List<Gap> all() {
        flush();
        return gaps;
    }

    private void flush() {
        if (to != 0) {
            gaps.add(new Gap(from, to, REASON));
            to = 0;
        }
    }
}
