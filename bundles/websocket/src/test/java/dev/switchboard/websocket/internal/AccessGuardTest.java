package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.websocket.internal.AccessGuard.Entrance;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("C5 Host and Origin")
class AccessGuardTest {
    private static final Entrance PLAIN = new Entrance("127.0.0.1", 8443, false);
    private static final Entrance SECURE = new Entrance("127.0.0.1", 8443, true);

    private final AccessGuard usual = guard(Settings.defaults());
    private final AccessGuard extended = guard(Settings.defaults()
            .withText(ServerSettings.HOSTS_ALLOWED, "agents.example.org, other.example.org:99, any.example.org:*")
            .withText(
                    ServerSettings.ORIGINS_ALLOWED,
                    "https://console.example.org, http://dev.example.org:3000,"
                            + " http://localhost:*, chrome-extension://abcdef")
            .withText(ServerSettings.PUBLIC_URL, "https://public.example.org/agents"));

    private static AccessGuard guard(Settings settings) {
        return new AccessGuard(Configuration.of(settings));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8443", "LOCALHOST:8443", "127.0.0.1:8443", "[::1]:8443"})
    void ownHosts(String host) {
        assertDoesNotThrow(() -> usual.checkHost(host, PLAIN));
        assertDoesNotThrow(() -> usual.checkHost(host, SECURE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "localhost:8444",
                "localhost:80",
                "localhost.:8443",
                "evil.example.org:8443",
                "127.0.0.2:8443",
                "localhost:8443:1",
                "localhost:",
                "localhost:x",
                "localhost:*",
                "localhost:844300",
                "a@localhost:8443",
                "agents.example.org",
                "[::1",
                "::1:8443",
                "localhost:8443,evil.example.org"
            })
    void otherHosts(String host) {
        assertEquals(
                403,
                assertThrows(HttpRefusal.class, () -> usual.checkHost(host, PLAIN))
                        .status());
    }

    @Test
    void noHost() {
        assertThrows(HttpRefusal.class, () -> usual.checkHost(null, PLAIN));
    }

    @Test
    void theDefaultPortNeedsNotBeNamed() {
        assertDoesNotThrow(() -> usual.checkHost("localhost", new Entrance("127.0.0.1", 80, false)));
        assertDoesNotThrow(() -> usual.checkHost("localhost", new Entrance("127.0.0.1", 443, true)));
        assertThrows(HttpRefusal.class, () -> usual.checkHost("localhost", new Entrance("127.0.0.1", 443, false)));
    }

    @Test
    void theAddressThatWasConnectedToIsOwn() {
        assertDoesNotThrow(() -> usual.checkHost("192.0.2.7:8443", new Entrance("192.0.2.7", 8443, true)));
        Entrance six = new Entrance("2001:db8:0:0:1:0:0:1", 8443, true); // as Java writes it
        assertDoesNotThrow(() -> usual.checkHost("[2001:db8::1:0:0:1]:8443", six));
        assertDoesNotThrow(() -> usual.checkHost("[2001:DB8:0::1:0:0:1]:8443", six));
        assertThrows(HttpRefusal.class, () -> usual.checkHost("[2001:db8::2]:8443", six));
    }

    @ParameterizedTest
    @CsvSource({
        "agents.example.org,true",
        "agents.example.org:443,true",
        "other.example.org:99,true",
        "other.example.org,false",
        "other.example.org:98,false",
        "any.example.org:1,true",
        "any.example.org,true",
        "sub.agents.example.org,false",
        "public.example.org,true",
        "public.example.org:8443,true"
    })
    void listedHosts(String host, boolean allowed) {
        if (allowed) {
            assertDoesNotThrow(() -> extended.checkHost(host, PLAIN));
        } else {
            assertThrows(HttpRefusal.class, () -> extended.checkHost(host, PLAIN));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8443,true",
        "http://127.0.0.1:8443,true",
        "http://[::1]:8443,true",
        "HTTP://LocalHost:8443,true",
        "https://localhost:8443,false",
        "http://localhost,false",
        "http://localhost:3000,false",
        "null,false",
        "http://evil.example.org,false",
        "http://localhost:8443.evil.example.org,false",
        "http://localhost:8443/,false",
        "'',false",
        "localhost:8443,false",
        "file://,false",
        "http://localhost:*,false"
    })
    void ownOrigins(String origin, boolean allowed) {
        checkOrigin(usual, origin, PLAIN, allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "https://console.example.org,true",
        "https://console.example.org:443,true",
        "http://console.example.org,false",
        "https://console.example.org:8443,false",
        "http://dev.example.org:3000,true",
        "http://dev.example.org,false",
        "http://localhost:1,true",
        "http://localhost,true",
        "https://localhost:1,false",
        "chrome-extension://abcdef,true",
        "https://public.example.org,true",
        "http://public.example.org,false",
        "https://localhost:8443,false",
        "https://xconsole.example.org,false"
    })
    void listedOrigins(String origin, boolean allowed) {
        checkOrigin(extended, origin, PLAIN, allowed);
    }

    @Test
    void theOwnOriginHasTheSchemeOfTheConnection() {
        checkOrigin(usual, "https://localhost:8443", SECURE, true);
        checkOrigin(usual, "http://localhost:8443", SECURE, false);
    }

    @Test
    void noOriginIsNoBrowserAndTwoAreNobody() {
        assertDoesNotThrow(() -> usual.checkOrigin(List.of(), PLAIN));
        String own = "http://localhost:8443";
        assertThrows(HttpRefusal.class, () -> usual.checkOrigin(List.of(own, own), PLAIN));
    }

    private static void checkOrigin(AccessGuard guard, String origin, Entrance entrance, boolean allowed) {
        if (allowed) {
            assertDoesNotThrow(() -> guard.checkOrigin(List.of(origin), entrance));
        } else {
            HttpRefusal refusal =
                    assertThrows(HttpRefusal.class, () -> guard.checkOrigin(List.of(origin), entrance), origin);
            assertEquals(403, refusal.status());
        }
    }
}
