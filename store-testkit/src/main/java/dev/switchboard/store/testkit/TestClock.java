package dev.switchboard.store.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that goes only when it is told to. */
public final class TestClock extends Clock {
    private volatile Instant now;

    /** @param now where it stands, as {@link Instant#parse} reads it */
    public TestClock(String now) {
        this.now = Instant.parse(now);
    }

    /** Sets it to a time. */
    public void set(String time) {
        now = Instant.parse(time);
    }

    /** Moves it; back if the duration is negative. */
    public void advance(Duration duration) {
        now = now.plus(duration);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the log has no business with zones");
    }
}
