package dev.switchboard.security;

import java.util.Objects;

/**
 * What someone offers to prove who they are.
 *
 * @param token the secret
 * @param remoteAddress where the connection comes from, as far as it can be trusted
 */
public record Credentials(String token, String remoteAddress) {
    public Credentials {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(remoteAddress, "remoteAddress");
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "Credentials[from " + remoteAddress + "]";
    }
}
