package dev.switchboard.auth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C5 secrets cannot be guessed and are kept as hashes")
class SecretsTest {
    private final Secrets secrets = new Secrets();

    @Test
    void aSecretIs256RandomBitsWithAPrefix() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String secret = secrets.newSecret();
            assertTrue(secret.matches("sb_[A-Za-z0-9_-]{43}"), secret);
            assertTrue(seen.add(secret));
        }
    }

    @Test
    void anIdIsShortAndNoSecret() {
        assertTrue(secrets.newId().matches("[0-9a-f]{16}"));
        assertFalse(secrets.newId().equals(secrets.newId()));
    }

    @Test
    void theHashIsSha256() {
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Secrets.hash("abc"));
        assertTrue(Secrets.equal(Secrets.hash("abc"), Secrets.hash("abc")));
        assertFalse(Secrets.equal(Secrets.hash("abc"), Secrets.hash("abd")));
        assertFalse(Secrets.equal(Secrets.hash("abc"), ""));
    }
}
