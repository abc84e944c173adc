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

    /** How long something took, in its two largest units: {@code 7s}, {@code 3m05s}, {@code 2h00m}, {@code 4d11h}. */
    public static String span(Duration span) {
        long seconds = Math.max(0, span.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return String.format("%dm%02ds", seconds / 60, seconds % 60);
        }
        long minutes = seconds / 60;
        return minutes < 24 * 60
                ? String.format("%dh%02dm", minutes / 60, minutes % 60)
                : String.format("%dd%02dh", minutes / 1440, minutes / 60 % 24);
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
