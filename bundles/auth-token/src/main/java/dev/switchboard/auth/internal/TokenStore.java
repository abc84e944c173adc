package dev.switchboard.auth.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that there are, in memory and in the file. Any thread may read; changes are made by one thread at a time.
 * If the file cannot be used there are no tokens, and none can be added: the file stays as it is.
 */
final class TokenStore {
    private static final Logger LOG = LoggerFactory.getLogger(TokenStore.class);

    private final Clock clock;
    private final TokenFile file;
    private final Optional<String> damage;
    private volatile List<StoredToken> tokens = List.of();
    /** Whether the file still has a token that was removed. */
    private boolean unsaved;

    TokenStore(Path directory, Clock clock) {
        this.clock = clock;
        file = new TokenFile(directory);
        damage = load();
    }

    /** Why there are no tokens although there should be, for people. */
    Optional<String> damage() {
        return damage;
    }

    /** Those that are not expired, the oldest first. */
    List<StoredToken> alive() {
        Instant now = clock.instant();
        return tokens.stream().filter(token -> token.isAlive(now)).toList();
    }

    /** Adds a token; it is good only once it is kept. */
    void add(StoredToken token) {
        requireUsable();
        List<StoredToken> all = new ArrayList<>(alive());
        all.add(token);
        save(all);
        tokens = List.copyOf(all);
    }

    /**
     * Takes a token away, in memory first: whom somebody wants out stays out, also while the disk cannot be written.
     */
    Optional<StoredToken> remove(String idOrName) {
        requireUsable();
        List<StoredToken> left = new ArrayList<>(alive());
        // Only one is called so: a name is never another token's id, see TokenNames.
        Optional<StoredToken> found =
                left.stream().filter(token -> token.isCalled(idOrName)).findAny();
        found.ifPresent(left::remove);
        unsaved |= found.isPresent();
        tokens = List.copyOf(left);
        return found;
    }

    /** Those whose time is over and that are still kept. */
    List<StoredToken> expired() {
        Instant now = clock.instant();
        return tokens.stream().filter(token -> !token.isAlive(now)).toList();
    }

    /** Takes the expired ones out of memory and out of the file. */
    void removeExpired() {
        List<StoredToken> alive = alive();
        save(alive);
        tokens = List.copyOf(alive);
    }

    /** Writes what {@link #remove} took away, now or earlier without success. */
    void saveRemovals() {
        if (unsaved) {
            save(tokens);
        }
    }

    void requireUsable() {
        damage.ifPresent(text -> {
            throw new SwitchboardException(ErrorCode.STORAGE_UNAVAILABLE, text, Map.of("service", "tokens"));
        });
    }

    private Optional<String> load() {
        try {
            List<StoredToken> all = file.read();
            tokens = all;
            tokens = alive();
            if (tokens.size() < all.size()) {
                file.write(tokens);
            }
            return Optional.empty();
        } catch (IOException e) {
            tokens = List.of();
            LOG.error("nobody is let in by a token: {}", e.getMessage(), e);
            return Optional.of("tokens.json cannot be used, so nobody is let in by a token; the server's log says why");
        }
    }

    private void save(List<StoredToken> all) {
        try {
            file.write(all);
            unsaved = false;
        } catch (IOException e) {
            LOG.error("cannot write the tokens", e);
            throw new SwitchboardException(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    "the change cannot be kept, for the data directory cannot be written; the server's log says why",
                    Map.of("service", "tokens"),
                    e);
        }
    }
}
