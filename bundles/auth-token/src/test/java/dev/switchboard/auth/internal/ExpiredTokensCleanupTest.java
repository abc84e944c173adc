package dev.switchboard.auth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.NewToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiredTokensCleanupTest {
    private final MovableClock clock = new MovableClock();

    @TempDir
    private Path directory;

    private static NewToken token(String name, Optional<Duration> lifetime) {
        return new NewToken(name, Role.VIEWER, lifetime, Optional.empty());
    }

    @Test
    @DisplayName("C5 the cleanup takes expired tokens off the disk, and no others")
    void removesExpired() throws IOException {
        Settings settings = Settings.defaults().with(ServerSettings.DATA_DIR, directory.toString());
        FileTokenRegistry registry = new FileTokenRegistry(settings, clock);
        ExpiredTokensCleanup cleanup = new ExpiredTokensCleanup(registry);
        registry.create(token("short", Optional.of(Duration.ofHours(1))));
        registry.create(token("long", Optional.of(Duration.ofDays(9))));
        registry.create(token("lasting", Optional.empty()));
        assertEquals(List.of(), cleanup.run(clock.instant(), false).removed());
        clock.advance(Duration.ofHours(1));
        CleanupReport expected = CleanupReport.removed("expired_token", List.of("short"));
        assertEquals(expected, cleanup.run(clock.instant(), true));
        assertTrue(file().contains("\"short\""), "a dry run");
        assertEquals(expected, cleanup.run(clock.instant(), false));
        assertFalse(file().contains("\"short\""));
        assertTrue(file().contains("\"long\"") && file().contains("\"lasting\""));
        assertEquals(List.of(), cleanup.run(clock.instant(), false).removed());
        assertEquals(3, registry.list().size(), "with the initial one");
    }

    private String file() throws IOException {
        return Files.readString(directory.resolve("tokens.json"));
    }
}
