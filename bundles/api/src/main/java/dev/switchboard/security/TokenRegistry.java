package dev.switchboard.security;

import dev.switchboard.project.ProjectId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The tokens that people and programs authenticate with. Only hashes are kept; a secret can be read once, when it is
 * made. Safe for use by many threads; a change lasts when the method returns.
 */
@ProviderType
public interface TokenRegistry {
    /**
     * Makes a token.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code VALIDATION_FAILED} if the name is empty, longer than 64
     *         characters, has control characters or is taken; {@code STORAGE_UNAVAILABLE} if it cannot be kept
     */
    IssuedToken create(NewToken token);

    /** All tokens that are neither revoked nor expired, the oldest first; without secrets. */
    List<TokenInfo> list();

    /**
     * Revokes a token and tells every {@link PrincipalListener}, so that connections that use it are closed.
     *
     * @param idOrName the token's id or name
     * @return whether there was one
     */
    boolean revoke(String idOrName);

    /**
     * A token to be made.
     *
     * @param name what logs and other clients are shown
     * @param lifetime how long it is valid; empty means until it is revoked
     * @param projects the only projects that it is good for; no set at all means every project
     */
    record NewToken(String name, Role role, Optional<Duration> lifetime, Optional<Set<ProjectId>> projects) {
        public NewToken {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(role, "role");
            Objects.requireNonNull(lifetime, "lifetime");
            projects = projects.map(Set::copyOf);
        }
    }

    /**
     * What may be shown of a token.
     *
     * @param id its stable identity, not secret
     */
    record TokenInfo(
            String id,
            String name,
            Role role,
            Optional<Set<ProjectId>> projects,
            Instant createdAt,
            Optional<Instant> expiresAt) {}

    /**
     * A new token with its secret.
     *
     * @param secret what the client sends; cannot be had again
     */
    record IssuedToken(TokenInfo info, String secret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "IssuedToken[" + info + "]";
        }
    }
}
