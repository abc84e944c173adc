package dev.switchboard.security;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to prove who one is, registered as a service. All that are registered are asked, the highest ranking first,
 * until one knows the credentials. With none, nobody can authenticate and requests get {@code SERVICE_UNAVAILABLE}.
 */
@ConsumerType
public interface Authenticator {
    /**
     * Checks credentials. Called on the server's pool threads, many at once; should answer within milliseconds, and in
     * the same time whether or not they are known.
     *
     * @return who it is, or empty if this authenticator does not know them
     */
    Optional<Principal> authenticate(Credentials credentials);

    /**
     * Whether someone whom this authenticator has let in is still welcome: not revoked, not expired. Asked soon after they came
     * in, and then from time to time; when {@link Principal#expiresAt()} is over, and when a {@link PrincipalListener} is told,
     * they have to go without being asked about. Once this authenticator is gone, those whom it let in stay until one of these
     * two happens.
     */
    boolean isValid(Principal principal);
}
