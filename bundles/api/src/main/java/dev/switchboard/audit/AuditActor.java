package dev.switchboard.audit;

import dev.switchboard.security.Principal;
import java.util.Objects;
import java.util.Optional;

/**
 * Who did something.
 *
 * @param name a token's name, {@code shell:<user>}, or {@code server}; empty for somebody who has not proved who they are
 * @param token the id of the token that they showed, if they did
 * @param address where they are, as far as it can be trusted; empty for this machine's shell and the server itself
 */
public record AuditActor(Optional<String> name, Optional<String> token, Optional<String> address) {
    /** The server itself, or whoever edits its files. */
    public static final AuditActor SERVER = new AuditActor(Optional.of("server"), Optional.empty(), Optional.empty());

    public AuditActor {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(address, "address");
    }

    /** A client. */
    public static AuditActor client(Optional<Principal> who, String address) {
        return new AuditActor(who.map(Principal::name), who.map(Principal::id), Optional.of(address));
    }

    /** A user of the shell. */
    public static AuditActor shell(String user) {
        return new AuditActor(Optional.of("shell:" + user), Optional.empty(), Optional.empty());
    }
}
