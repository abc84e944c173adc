package dev.switchboard.message;

/**
 * Records that should be there and are not.
 *
 * @param from the first missing {@code seq}
 * @param to the last missing {@code seq}
 * @param reason why, for people: "removed by retention", "damaged on disk"
 */
public record Gap(long from, long to, String reason) {}
