package dev.switchboard.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.project.ProjectId;
import dev.switchboard.security.TokenRegistry.IssuedToken;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityValuesTest {
    @ParameterizedTest
    @CsvSource({
        "VIEWER, VIEWER, true",
        "VIEWER, OPERATOR, false",
        "VIEWER, ADMIN, false",
        "OPERATOR, VIEWER, true",
        "OPERATOR, OPERATOR, true",
        "OPERATOR, ADMIN, false",
        "ADMIN, VIEWER, true",
        "ADMIN, OPERATOR, true",
        "ADMIN, ADMIN, true",
    })
    @DisplayName("C5 who may do more may do all that those before may, and nobody may do more")
    void covers(Role role, Role required, boolean may) {
        assertEquals(may, role.covers(required));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void readsItsName(Role role) {
        assertEquals(role, Role.parse(role.wireName()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Admin", "ADMIN", "root", " admin"})
    @DisplayName("C5 a role that there is not is refused, and those that there are named")
    void noRole(String text) {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> Role.parse(text));
        assertTrue(error.getMessage().contains("viewer, operator or admin"));
    }

    @Test
    @DisplayName("C5 no set of projects means all of them, an empty set none")
    void projects() {
        ProjectId mine = ProjectId.random();
        ProjectId other = ProjectId.random();
        Principal all = new Principal("1", "all", Role.VIEWER, Optional.empty());
        assertTrue(all.maySee(mine));
        assertTrue(all.seesAll());
        Set<ProjectId> only = new HashSet<>(Set.of(mine));
        Principal limited = new Principal("2", "limited", Role.ADMIN, Optional.of(only));
        only.add(other);
        assertTrue(limited.maySee(mine));
        assertFalse(limited.maySee(other), "a snapshot");
        assertFalse(limited.seesAll());
        Principal none = new Principal("3", "none", Role.ADMIN, Optional.of(Set.of()));
        assertFalse(none.maySee(mine));
        assertFalse(none.seesAll());
    }

    @Test
    @DisplayName("C5 one is expired from the stated moment on, and without one never")
    void expiry() {
        Instant end = Instant.parse("2026-01-31T10:15:30Z");
        Principal some = new Principal("1", "some", Role.VIEWER, Optional.empty(), Optional.of(end));
        assertFalse(some.isExpired(end.minusNanos(1)));
        assertTrue(some.isExpired(end));
        assertFalse(new Principal("2", "all", Role.VIEWER, Optional.empty()).isExpired(Instant.MAX));
    }

    @Test
    @DisplayName("C5 H3 secrets are in no text that a log could get")
    void saysNoSecrets() {
        TokenInfo info = new TokenInfo("id", "name", Role.VIEWER, Optional.empty(), Instant.EPOCH, Optional.empty());
        assertFalse(new IssuedToken(info, "s3cret").toString().contains("s3cret"));
        assertTrue(new IssuedToken(info, "s3cret").toString().contains("name"));
        Credentials credentials = new Credentials("s3cret", "127.0.0.1");
        assertFalse(credentials.toString().contains("s3cret"));
        assertTrue(credentials.toString().contains("127.0.0.1"));
    }
}
