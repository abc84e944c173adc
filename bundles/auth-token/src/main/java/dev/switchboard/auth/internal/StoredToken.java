package dev.switchboard.auth.internal;

import dev.switchboard.security.Principal;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import java.time.Instant;

/**
 * A token as it is kept.
 *
 * @param hash of its secret, see {@link Secrets#hash}
 */
record StoredToken(TokenInfo info, String hash) {
    /** It is good until its expiry, and no longer at it. */
    boolean isAlive(Instant now) {
        return info.expiresAt().map(now::isBefore).orElse(true);
    }

    boolean isCalled(String idOrName) {
        return info.id().equals(idOrName) || info.name().equals(idOrName);
    }

    Principal principal() {
        return new Principal(info.id(), info.name(), info.role(), info.projects(), info.expiresAt());
    }
}
