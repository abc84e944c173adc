package dev.switchboard.gateway.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.security.Authenticator;
import dev.switchboard.security.Credentials;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who somebody is. Safe for use by many threads. */
final class Access {
    private static final Logger LOG = LoggerFactory.getLogger(Access.class);

    private static final Identity ANYBODY =
            new Identity(new Principal("anonymous", "anonymous", Role.ADMIN, Optional.empty()), Optional.empty());

    private final Services services;
    private final Ranked<Authenticator> authenticators;

    /** @param by who let them in, if anybody had to */
    record Identity(Principal principal, Optional<Authenticator> by) {
        /** Which token they have shown, if they had to. */
        Optional<String> token() {
            return by.map(any -> principal.id());
        }
    }

    Access(Services services, Ranked<Authenticator> authenticators) {
        this.services = services;
        this.authenticators = authenticators;
    }

    /** Whether nobody has to prove who they are. */
    boolean isOpen() {
        return services.settings().get(ServerSettings.AUTH_MODE) == AuthMode.NONE;
    }

    /** Whether somebody who shows a token could be let in. */
    boolean isReady() {
        return isOpen() || !authenticators.isEmpty();
    }

    /**
     * Who somebody is who may have a token; empty if they have none and need one.
     *
     * @throws SwitchboardException {@code UNAUTHORIZED} or {@code SERVICE_UNAVAILABLE}
     */
    Optional<Identity> identify(Optional<String> token, String address) {
        return isOpen() ? Optional.of(ANYBODY) : token.map(secret -> authenticate(secret, address));
    }

    private Identity authenticate(String token, String address) {
        Credentials credentials = new Credentials(token, address);
        boolean asked = false;
        for (Authenticator authenticator : authenticators.all()) {
            try {
                Optional<Principal> principal = authenticator.authenticate(credentials);
                if (principal.isPresent()) {
                    return new Identity(principal.get(), Optional.of(authenticator));
                }
                asked = true;
            } catch (RuntimeException e) {
                LOG.warn("an authenticator failed", e);
            }
        }
        if (!asked) {
            throw Services.unavailable("authentication");
        }
        throw unauthorized("the token is not valid; it may have been revoked or have expired");
    }

    /** Whether somebody who was let in is still welcome. */
    boolean isValid(Identity identity) {
        // One whose authenticator is gone stays: whoever takes rights away says so.
        return identity.by()
                .filter(by -> authenticators.all().contains(by))
                .map(by -> by.isValid(identity.principal()))
                .orElse(true);
    }

    static SwitchboardException unauthorized(String message) {
        return new SwitchboardException(ErrorCode.UNAUTHORIZED, message);
    }
}
