package dev.switchboard.store.postgresql.internal;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Times in microseconds, which is what PostgreSQL counts in. */
final class MicroTime {
    /** Within these all times of records lie, and PostgreSQL's calendar is Java's. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private MicroTime() {}

    /** The last microsecond that is not later. */
    static Instant floor(Instant instant) {
        return bounded(instant).truncatedTo(ChronoUnit.MICROS);
    }

    /** The first microsecond that is not earlier. */
    static Instant ceiling(Instant instant) {
        Instant floor = floor(instant);
        return floor.isBefore(bounded(instant)) ? next(floor) : floor;
    }

    static Instant next(Instant micros) {
        return micros.plus(1, ChronoUnit.MICROS);
    }

    private static Instant bounded(Instant instant) {
        if (instant.isBefore(EARLIEST)) {
            return EARLIEST;
        }
        return instant.isAfter(LATEST) ? LATEST : instant;
    }

    static OffsetDateTime toSql(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
