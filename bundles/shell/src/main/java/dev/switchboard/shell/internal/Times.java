package dev.switchboard.shell.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments and lifetimes as commands show and take them. */
public final class Times {
    private static final Pattern LIFETIME = Pattern.compile("([1-9]\\d{0,8})([smhd])");
    private static final Duration LONGEST = Duration.ofDays(3650);

    private Times() {}

    /** UTC, to the second. */
    public static String show(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * Reads a lifetime: {@code 90s}, {@code 15m}, {@code 12h}, {@code 30d}.
     *
     * @throws SwitchboardException {@code VALIDATION_FAILED} if it is not one, or longer than ten years
     */
    public static Duration lifetime(String text) {
        Matcher matcher = LIFETIME.matcher(text);
        if (matcher.matches()) {
            Duration lifetime = Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2)));
            if (lifetime.compareTo(LONGEST) <= 0) {
                return lifetime;
            }
        }
        throw new SwitchboardException(
                ErrorCode.VALIDATION_FAILED,
                "\"" + Printable.line(text, 20) + "\" is not a lifetime; expected a number and s, m, h or d, at most "
                        + LONGEST.toDays() + "d: for instance 15m",
                Map.of("field", "ttl"));
    }

    private static ChronoUnit unit(String letter) {
        return switch (letter) {
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.DAYS;
        };
    }
}
