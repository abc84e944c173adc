package dev.switchboard.auth.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.security.Authenticator;
import dev.switchboard.security.Credentials;
import dev.switchboard.security.Principal;
import dev.switchboard.security.PrincipalListener;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps tokens in a file of the data directory, and lets in who shows one of them, or the one that the configuration
 * gives. If the file cannot be used, it lets nobody in by it and changes nothing in it.
 */
@Component(
        immediate = true,
        service = {
            TokenRegistry.class,
            Authenticator.class,
            HealthCheck.class,
            FileTokenRegistry.class // for its cleanup
        },
        property = {HealthCheck.NAME + "=tokens", HealthCheck.TAGS + "=switchboard"})
public final class FileTokenRegistry implements TokenRegistry, Authenticator, HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(FileTokenRegistry.class);
    /** Shorter ones can be guessed, and are worth a word. */
    private static final int SHORT_CONFIGURED_TOKEN = 16;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<PrincipalListener> listeners = List.of();

    private final Clock clock;
    private final Secrets secrets = new Secrets();
    private final TokenStore store;
    private final InitialToken initial;
    private final Optional<String> configuredHash;
    private final ReentrantLock changes = new ReentrantLock();

    @Activate
    public FileTokenRegistry(@Reference Configuration configuration) {
        this(configuration.settings(), Clock.systemUTC());
    }

    FileTokenRegistry(Settings settings, Clock clock) {
        this.clock = clock;
        Path directory = Path.of(settings.get(ServerSettings.DATA_DIR));
        store = new TokenStore(directory, clock);
        initial = new InitialToken(directory);
        String configured = settings.get(ServerSettings.AUTH_TOKEN);
        configuredHash = configured.isEmpty() ? Optional.empty() : Optional.of(Secrets.hash(configured));
        if (!configured.isEmpty() && configured.length() < SHORT_CONFIGURED_TOKEN) {
            LOG.warn("auth.token is shorter than {} characters and could be guessed", SHORT_CONFIGURED_TOKEN);
        }
        if (store.damage().isEmpty()) {
            initial.deleteUnlessGood(store.alive());
            boolean needed = configured.isEmpty() && settings.get(ServerSettings.AUTH_MODE) == AuthMode.TOKEN;
            if (needed && store.alive().isEmpty()) {
                makeInitial();
            }
        }
    }

    @Override
    public Optional<Principal> authenticate(Credentials credentials) {
        String hash = Secrets.hash(credentials.token());
        Optional<Principal> known = configuredHash
                .filter(configured -> Secrets.equal(configured, hash))
                .map(configured ->
                        new Principal(TokenNames.CONFIGURED, TokenNames.CONFIGURED, Role.ADMIN, Optional.empty()));
        // All are compared, found or not: the time tells nothing.
        for (StoredToken token : store.alive()) {
            if (Secrets.equal(token.hash(), hash)) {
                known = Optional.of(token.principal());
            }
        }
        return known;
    }

    @Override
    public boolean isValid(Principal principal) {
        if (principal.id().equals(TokenNames.CONFIGURED)) {
            return configuredHash.isPresent();
        }
        return store.alive().stream().anyMatch(token -> token.info().id().equals(principal.id()));
    }

    @Override
    public IssuedToken create(NewToken wanted) {
        changes.lock();
        try {
            store.requireUsable();
            String secret = secrets.newSecret();
            return new IssuedToken(add(wanted, secret), secret);
        } finally {
            changes.unlock();
        }
    }

    @Override
    public List<TokenInfo> list() {
        return store.alive().stream().map(StoredToken::info).toList();
    }

    @Override
    public boolean revoke(String idOrName) {
        changes.lock();
        try {
            Optional<StoredToken> revoked = store.remove(idOrName);
            revoked.map(token -> token.info().id()).ifPresent(this::tellRevoked);
            store.saveRemovals();
            initial.deleteUnlessGood(store.alive());
            return revoked.isPresent();
        } finally {
            changes.unlock();
        }
    }

    /**
     * Takes names and hashes of expired tokens off the disk; nobody gets in with them anyway.
     *
     * @return the names
     */
    List<String> removeExpired(boolean dryRun) {
        changes.lock();
        try {
            List<String> expired =
                    store.expired().stream().map(token -> token.info().name()).toList();
            if (!dryRun && !expired.isEmpty()) {
                store.removeExpired();
                initial.deleteUnlessGood(store.alive());
            }
            return expired;
        } finally {
            changes.unlock();
        }
    }

    @Override
    public Result execute() {
        return store.damage()
                .map(text -> new Result(Result.Status.CRITICAL, text))
                .orElseGet(() -> new Result(Result.Status.OK, "tokens can be used"));
    }

    private void makeInitial() {
        String secret = secrets.newSecret();
        try {
            // The secret first: after a crash between the two there is no token, and the next start makes both again.
            initial.keep(secret);
            add(new NewToken(InitialToken.NAME, Role.ADMIN, Optional.empty(), Optional.empty()), secret);
        } catch (IOException | SwitchboardException e) {
            LOG.error("cannot make the token \"{}\"; the shell can make one", InitialToken.NAME, e);
            initial.deleteUnlessGood(store.alive());
        }
    }

    private TokenInfo add(NewToken wanted, String secret) {
        TokenNames.check(wanted.name(), store.alive());
        Instant now = clock.instant();
        Optional<Instant> expiry = wanted.lifetime().map(lifetime -> expiry(now, lifetime));
        TokenInfo info = new TokenInfo(secrets.newId(), wanted.name(), wanted.role(), wanted.projects(), now, expiry);
        store.add(new StoredToken(info, Secrets.hash(secret)));
        LOG.info("made the token \"{}\" with role {}", info.name(), info.role().wireName());
        return info;
    }

    private static Instant expiry(Instant now, Duration lifetime) {
        try {
            if (lifetime.compareTo(Duration.ZERO) > 0) {
                return now.plus(lifetime);
            }
        } catch (DateTimeException | ArithmeticException e) {
            // answered below, like one that is too short
        }
        throw new SwitchboardException(
                ErrorCode.VALIDATION_FAILED,
                "a token's lifetime is a time greater than zero, or none at all",
                Map.of("field", "lifetime"));
    }

    private void tellRevoked(String id) {
        LOG.info("revoked the token {}", id);
        for (PrincipalListener listener : listeners) {
            try {
                listener.revoked(principal -> principal.id().equals(id));
            } catch (RuntimeException e) {
                LOG.error("a listener failed to close what token {} has open", id, e);
            }
        }
    }
}
