package dev.switchboard.http;

import dev.switchboard.security.Role;
import java.util.Objects;
import java.util.Optional;

/**
 * Who may ask for a resource.
 *
 * @param role the least role; empty if no token is needed
 * @param tokenOptional whether a request without a token still reaches the resource, which then decides by itself, for
 *        instance by address; one with a token that is not valid never does
 * @param anyHost whether the request's Host is not checked, for probes that know only an address
 */
public record HttpAccess(Optional<Role> role, boolean tokenOptional, boolean anyHost) {
    public HttpAccess {
        Objects.requireNonNull(role, "role");
    }

    /** Everybody, by whatever host name: for probes. */
    public static HttpAccess probe() {
        return new HttpAccess(Optional.empty(), false, true);
    }

    /** Everybody, by a listed host name: for pages that ask for a token themselves. */
    public static HttpAccess open() {
        return new HttpAccess(Optional.empty(), false, false);
    }

    /** Those who have at least a role. */
    public static HttpAccess of(Role role) {
        return new HttpAccess(Optional.of(role), false, false);
    }
}
