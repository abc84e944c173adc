package dev.switchboard.execution.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** The system's clock, but each of its times is written with six digits behind the point: where text is counted, that matters. */
final class SixDigitClock extends Clock {
    private static final int NANOS_OF_MILLI = 1_000_000;

    private final Clock system = Clock.systemUTC();

    @Override
    public Instant instant() {
        Instant now = system.instant().truncatedTo(ChronoUnit.MICROS);
        return now.getNano() % NANOS_OF_MILLI == 0 ? now.plus(1, ChronoUnit.MICROS) : now;
    }

    @Override
    public ZoneId getZone() {
        return system.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("there is one zone");
    }
}
