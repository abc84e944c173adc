package dev.switchboard.mock.session;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Identifiers that are the same in every run with the same inputs: derived from a seed (the session and how far it has come) and a
 * counter. A plain mixing function, because starting the JDK's message digests takes longer than the rest of the program.
 */
public final class Ids {

    private final long seed;
    private final AtomicLong counter = new AtomicLong();

    public Ids(String seed) {
        this.seed = hash(seed);
    }

    /** The next one of the sequence, in the form of a version 4 UUID. */
    public String uuid() {
        return uuid(seed, counter.incrementAndGet());
    }

    /** The next one as {@code <prefix><12 hex digits>}, the way message, request and tool-use ids look. */
    public String prefixed(String prefix) {
        String hex = Long.toHexString(mix(~seed, counter.incrementAndGet()) | 1L << 63);
        return prefix + hex.substring(hex.length() - 12);
    }

    /** The identifier that belongs to this text and no other. */
    public static String uuidOf(String text) {
        return uuid(hash(text), 0);
    }

    private static String uuid(long seed, long number) {
        long high = mix(seed, number * 2);
        long low = mix(seed, number * 2 + 1);
        return new UUID(high & 0xffffffffffff0fffL | 0x4000L, low & 0x3fffffffffffffffL | 0x8000000000000000L)
                .toString();
    }

    /** FNV-1a, 64 bits. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** SplitMix64. */
    private static long mix(long seed, long number) {
        long z = seed + (number + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
