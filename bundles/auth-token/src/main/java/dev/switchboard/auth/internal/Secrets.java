package dev.switchboard.auth.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Makes and hashes the secrets that tokens are. */
final class Secrets {
    /** Lets people and secret scanners recognise what they have found. */
    private static final String PREFIX = "sb_";
    /** 256 bits: nobody guesses them. */
    private static final int RANDOM_BYTES = 32;
    /** Enough to tell tokens apart; an id is not a secret. */
    private static final int ID_BYTES = 8;

    private final SecureRandom random = new SecureRandom();

    String newSecret() {
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(RANDOM_BYTES));
    }

    String newId() {
        return HexFormat.of().formatHex(bytes(ID_BYTES));
    }

    /**
     * What is kept of a secret: its SHA-256 in hexadecimal. A slow, salted hash would protect secrets that people think
     * up, by making each guess expensive; of 256 random bits no number of guesses finds one, and a slow hash would only
     * let strangers keep the server busy.
     */
    static String hash(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Compares two hashes in a time that does not depend on where they differ. */
    static boolean equal(String hash, String other) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
