package dev.switchboard.auth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Credentials;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.IssuedToken;
import dev.switchboard.security.TokenRegistry.NewToken;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("C5 tokens let people in until they are revoked or expire")
class FileTokenRegistryTest {
    private final MovableClock clock = new MovableClock();

    @TempDir
    private Path directory;

    @Test
    void aTokenLetsInWithWhatItWasMadeFor() {
        FileTokenRegistry registry = registry();
        ProjectId project = ProjectId.random();
        IssuedToken token =
                registry.create(new NewToken("ci", Role.OPERATOR, Optional.empty(), Optional.of(Set.of(project))));
        Principal principal = login(registry, token.secret()).orElseThrow();
        assertEquals(new Principal(token.info().id(), "ci", Role.OPERATOR, Optional.of(Set.of(project))), principal);
        assertTrue(registry.isValid(principal));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sb_", "x", "configured", "initial"})
    void whatIsNoTokenLetsNobodyIn(String text) {
        assertEquals(Optional.empty(), login(registry(), text));
    }

    @Test
    void aSecretWithOneCharacterMoreOrLessLetsNobodyIn() {
        FileTokenRegistry registry = registry();
        String secret = registry.create(named("a")).secret();
        assertTrue(login(registry, secret).isPresent());
        assertEquals(Optional.empty(), login(registry, secret + "A"));
        assertEquals(Optional.empty(), login(registry, secret.substring(0, secret.length() - 1)));
        assertEquals(Optional.empty(), login(registry, Secrets.hash(secret)), "the hash is no secret");
    }

    @Test
    void tokensSurviveARestart() {
        FileTokenRegistry before = registry();
        IssuedToken token = before.create(named("a"));
        FileTokenRegistry after = registry();
        assertEquals(before.list(), after.list());
        assertEquals(
                token.info().id(), login(after, token.secret()).orElseThrow().id());
    }

    @Test
    void aTokenIsRevokedByIdOrByNameForGood() {
        for (boolean byName : new boolean[] {true, false}) {
            FileTokenRegistry registry = registry();
            IssuedToken token = registry.create(named("a"));
            Principal principal = login(registry, token.secret()).orElseThrow();
            assertTrue(registry.revoke(byName ? "a" : token.info().id()));
            assertEquals(Optional.empty(), login(registry, token.secret()));
            assertFalse(registry.isValid(principal));
            assertFalse(registry.revoke("a"), "it is gone");
            assertEquals(Optional.empty(), login(registry(), token.secret()), "after a restart too");
        }
    }

    @Test
    void whoeverHoldsConnectionsIsToldOfARevocation() {
        FileTokenRegistry registry = registry();
        IssuedToken token = registry.create(named("a"));
        Principal hers = login(registry, token.secret()).orElseThrow();
        Principal his = login(registry, registry.create(named("b")).secret()).orElseThrow();
        List<Predicate<Principal>> told = new ArrayList<>();
        registry.listeners = List.of(
                whom -> {
                    throw new IllegalStateException("cannot");
                },
                told::add);
        registry.revoke("nobody");
        assertEquals(0, told.size());
        registry.revoke("a");
        assertEquals(1, told.size());
        assertTrue(told.get(0).test(hers));
        assertFalse(told.get(0).test(his));
    }

    @Test
    void aTokenIsGoodUntilItsExpiryAndNotAtIt() {
        FileTokenRegistry registry = registry();
        IssuedToken token =
                registry.create(new NewToken("url", Role.ADMIN, Optional.of(Duration.ofMinutes(15)), Optional.empty()));
        Principal principal = login(registry, token.secret()).orElseThrow();
        assertEquals(token.info().expiresAt(), principal.expiresAt());
        clock.advance(Duration.ofMinutes(15).minusNanos(1));
        assertTrue(login(registry, token.secret()).isPresent());
        assertTrue(registry.isValid(principal));
        clock.advance(Duration.ofNanos(1));
        assertEquals(Optional.empty(), login(registry, token.secret()));
        assertFalse(registry.isValid(principal));
        assertTrue(registry.list().stream().noneMatch(info -> info.name().equals("url")));
    }

    @Test
    void anExpiredTokenIsForgottenAndItsNameFree() throws IOException {
        FileTokenRegistry registry = registry();
        NewToken wanted = new NewToken("url", Role.ADMIN, Optional.of(Duration.ofMinutes(15)), Optional.empty());
        String id = registry.create(wanted).info().id();
        clock.advance(Duration.ofMinutes(15));
        assertFalse(registry.revoke(id));
        registry();
        assertFalse(Files.readString(directory.resolve("tokens.json")).contains(id), "a restart purges it");
        assertEquals("url", registry.create(wanted).info().name());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE})
    void aLifetimeThatIsNoneIsRefused(long seconds) {
        NewToken wanted = new NewToken("a", Role.ADMIN, Optional.of(Duration.ofSeconds(seconds)), Optional.empty());
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal(registry(), wanted).code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\nb", "a\u0000", "a\u202eb", "a\u2028b", "\ud800", "configured", "taken"})
    void aBadNameIsRefused(String name) {
        FileTokenRegistry registry = registry();
        registry.create(named("taken"));
        SwitchboardException refusal = refusal(registry, named(name));
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        assertEquals("name", refusal.details().get("field"));
    }

    @Test
    void aNameHas64CharactersAtMost() {
        FileTokenRegistry registry = registry();
        registry.create(named("😀".repeat(64)));
        assertEquals(
                ErrorCode.VALIDATION_FAILED,
                refusal(registry, named("a".repeat(65))).code());
    }

    @Test
    void aNameIsNoOthersId() {
        FileTokenRegistry registry = registry();
        String id = registry.create(named("a")).info().id();
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal(registry, named(id)).code());
    }

    @Test
    void ofManyWhoWantOneNameOneGetsIt() throws Exception {
        FileTokenRegistry registry = registry();
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tries = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                tries.add(() -> {
                    try {
                        registry.create(named("same"));
                        return true;
                    } catch (SwitchboardException e) {
                        return false;
                    }
                });
            }
            int won = 0;
            for (Future<Boolean> result : pool.invokeAll(tries, 30, TimeUnit.SECONDS)) {
                won += result.get() ? 1 : 0;
            }
            assertEquals(1, won);
        } finally {
            pool.shutdownNow();
            assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void theFirstStartMakesAnAdminTokenThatItsOwnerCanFind() throws IOException {
        FileTokenRegistry registry = registry();
        Path file = directory.resolve("initial-token");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        String secret = Files.readString(file).strip();
        Principal principal = login(registry, secret).orElseThrow();
        assertEquals("initial", principal.name());
        assertEquals(Role.ADMIN, principal.role());
        assertTrue(principal.seesAll());
        assertEquals(1, registry().list().size(), "the second start makes none");
        assertEquals(secret, Files.readString(file).strip());
    }

    @Test
    void theInitialTokensFileGoesWithTheToken() {
        registry().revoke("initial");
        assertFalse(Files.exists(directory.resolve("initial-token")));
    }

    @Test
    void deletingTheInitialTokensFileRevokesNothing() throws IOException {
        registry();
        String secret = Files.readString(directory.resolve("initial-token")).strip();
        Files.delete(directory.resolve("initial-token"));
        assertTrue(login(registry(), secret).isPresent());
        assertFalse(Files.exists(directory.resolve("initial-token")));
    }

    @Test
    void aCrashBeforeTheInitialTokenWasKeptMakesAnotherOne() throws IOException {
        Files.writeString(directory.resolve("initial-token"), "sb_of_a_token_that_was_never_kept\n");
        FileTokenRegistry registry = registry();
        assertTrue(login(
                        registry,
                        Files.readString(directory.resolve("initial-token")).strip())
                .isPresent());
    }

    @Test
    void noInitialTokenWhereNobodyNeedsOne() {
        registry(settings().with(ServerSettings.AUTH_MODE, AuthMode.NONE));
        registry(settings().with(ServerSettings.AUTH_TOKEN, "given from outside"));
        assertFalse(Files.exists(directory.resolve("initial-token")));
        assertFalse(Files.exists(directory.resolve("tokens.json")));
    }

    @Test
    void theConfiguredTokenIsAnAdminThatIsNotKept() throws IOException {
        FileTokenRegistry registry = registry(settings().with(ServerSettings.AUTH_TOKEN, "given from outside"));
        Principal principal = login(registry, "given from outside").orElseThrow();
        assertEquals(new Principal("configured", "configured", Role.ADMIN, Optional.empty()), principal);
        assertTrue(registry.isValid(principal));
        assertEquals(List.of(), registry.list());
        assertFalse(registry.revoke("configured"));
        registry.create(named("a"));
        assertFalse(Files.readString(directory.resolve("tokens.json")).contains("configured"));
        FileTokenRegistry without = registry();
        assertFalse(without.isValid(principal));
        assertEquals(Optional.empty(), login(without, "given from outside"));
    }

    @Test
    @DisplayName("C5 if the tokens are damaged beyond repair nobody gets in, and nothing is overwritten")
    void damageLocksOut() throws IOException {
        String secret = registry().create(named("a")).secret();
        Files.writeString(directory.resolve("tokens.json"), "{");
        Files.writeString(directory.resolve("tokens.json.copy"), "{");
        FileTokenRegistry registry;
        try (CapturedErr err = new CapturedErr()) {
            registry = registry();
            assertFalse(err.linesWith("nobody is let in").isEmpty());
        }
        assertEquals(Optional.empty(), login(registry, secret));
        assertEquals(List.of(), registry.list());
        assertEquals(
                ErrorCode.STORAGE_UNAVAILABLE, refusal(registry, named("b")).code());
        assertThrows(SwitchboardException.class, () -> registry.revoke("a"));
        assertEquals(Result.Status.CRITICAL, registry.execute().getStatus());
        assertEquals("{", Files.readString(directory.resolve("tokens.json")));
    }

    @Test
    void healthIsFineOtherwise() {
        assertEquals(Result.Status.OK, registry().execute().getStatus());
    }

    @Test
    void aTokenThatCannotBeKeptIsNotGood() throws IOException {
        FileTokenRegistry registry = registry();
        obstruct();
        assertEquals(
                ErrorCode.STORAGE_UNAVAILABLE, refusal(registry, named("a")).code());
        assertEquals(
                List.of("initial"),
                registry.list().stream().map(TokenInfo::name).toList());
    }

    @Test
    void aRevocationThatCannotBeKeptHoldsAndIsKeptLater() throws IOException {
        FileTokenRegistry registry = registry();
        IssuedToken token = registry.create(named("a"));
        obstruct();
        assertThrows(SwitchboardException.class, () -> registry.revoke("a"));
        assertEquals(Optional.empty(), login(registry, token.secret()));
        assertThrows(SwitchboardException.class, () -> registry.revoke("a"), "still not kept");
        clear();
        assertFalse(registry.revoke("a"));
        assertEquals(Optional.empty(), login(registry(), token.secret()), "after a restart too");
    }

    @Test
    @DisplayName("C5 no secret is ever logged or shown")
    void secretsAreNotLogged() throws IOException {
        String configured = "sb_configured_secret";
        try (CapturedErr err = new CapturedErr()) {
            FileTokenRegistry registry = registry();
            String initial =
                    Files.readString(directory.resolve("initial-token")).strip();
            IssuedToken token = registry.create(named("a"));
            Credentials credentials = new Credentials(token.secret(), "127.0.0.1");
            registry.authenticate(credentials);
            login(registry, "sb_a_wrong_secret");
            registry(settings().with(ServerSettings.AUTH_TOKEN, configured));
            registry.revoke("a");
            obstruct();
            refusal(registry, named("b"));
            assertFalse(err.linesWith("made the token").isEmpty(), "it does log");
            assertEquals(List.of(), err.linesWith("sb_"));
            for (String secret : List.of(initial, token.secret(), configured)) {
                assertEquals(List.of(), err.linesWith(Secrets.hash(secret)));
                assertFalse((token + " " + credentials + registry.list()).contains(secret));
            }
        }
        for (Path file : List.of(directory.resolve("tokens.json"))) {
            assertFalse(Files.readString(file).contains("sb_"), "only hashes are kept");
        }
    }

    @Test
    void aShortConfiguredTokenIsWorthAWord() {
        try (CapturedErr err = new CapturedErr()) {
            registry(settings().with(ServerSettings.AUTH_TOKEN, "sixteen_letters_"));
            assertEquals(0, err.linesWith("could be guessed").size());
            registry(settings().with(ServerSettings.AUTH_TOKEN, "fifteen_letters"));
            assertEquals(1, err.linesWith("could be guessed").size());
        }
    }

    /** Makes writing fail, also for root: a file does not replace a directory that is not empty. */
    private void obstruct() throws IOException {
        Path copy = directory.resolve("tokens.json.copy");
        Files.deleteIfExists(copy);
        Files.createDirectory(copy);
        Files.createFile(copy.resolve("inside"));
    }

    private void clear() throws IOException {
        Files.delete(directory.resolve("tokens.json.copy").resolve("inside"));
        Files.delete(directory.resolve("tokens.json.copy"));
    }

    private FileTokenRegistry registry() {
        return registry(settings());
    }

    private FileTokenRegistry registry(Settings settings) {
        return new FileTokenRegistry(settings, clock);
    }

    private Settings settings() {
        return Settings.defaults().with(ServerSettings.DATA_DIR, directory.toString());
    }

    private static Optional<Principal> login(FileTokenRegistry registry, String secret) {
        return registry.authenticate(new Credentials(secret, "127.0.0.1"));
    }

    private static SwitchboardException refusal(FileTokenRegistry registry, NewToken wanted) {
        return assertThrows(SwitchboardException.class, () -> registry.create(wanted));
    }

    private static NewToken named(String name) {
        return new NewToken(name, Role.OPERATOR, Optional.empty(), Optional.empty());
    }
}
