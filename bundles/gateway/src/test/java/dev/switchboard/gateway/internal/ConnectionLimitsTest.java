package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.Gateway.Admission;
import dev.switchboard.gateway.Gateway.ConnectRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That nothing stays counted is what the end of every test of a {@link World} looks at. */
@DisplayName("C4 limits of connections, by address and by token")
class ConnectionLimitsTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private Admission admit(String address, String token) {
        return world.gateway.admit(new ConnectRequest(address, Optional.ofNullable(token)));
    }

    private void authenticate(String address, String token) {
        world.gateway.authenticate(new ConnectRequest(address, Optional.ofNullable(token)));
    }

    private static void refused(String resource, int limit, Runnable action) {
        SwitchboardException error = assertThrows(SwitchboardException.class, action::run);
        assertEquals(ErrorCode.CONNECTION_LIMIT, error.code(), error::getMessage);
        assertEquals(resource, error.details().get("resource"));
        assertEquals(limit, error.details().get("limit"));
        assertEquals(limit, error.details().get("current"));
        assertTrue(((Number) error.details().get("retry_after_ms")).longValue() > 0);
    }

    private static ErrorCode codeOf(Runnable action) {
        return assertThrows(SwitchboardException.class, action::run).code();
    }

    private void pass(Duration time) {
        world.extraNanos.addAndGet(time.toNanos());
    }

    @Test
    @DisplayName("C4 attempts per minute and address, good ones and bad ones: a burst of the limit, then the rate")
    void limitsTheRate() {
        world.freeze();
        world.set(ServerSettings.LIMITS_CONNECTS_PER_MINUTE_PER_IP, 3);
        admit("a", "viewer").close();
        admit("a", null).close();
        assertEquals(ErrorCode.UNAUTHORIZED, codeOf(() -> admit("a", "wrong")));
        refused("connects_per_minute_per_ip", 3, () -> admit("a", "viewer"));
        admit("b", "viewer").close();
        pass(Duration.ofMillis(19_999));
        refused("connects_per_minute_per_ip", 3, () -> admit("a", "viewer"));
        pass(Duration.ofMillis(2));
        admit("a", "viewer").close();
        refused("connects_per_minute_per_ip", 3, () -> admit("a", "viewer"));
        world.tick();
        assertEquals(1, world.gateway.rates().size(), "the other one has been quiet for long enough");
        pass(Duration.ofMinutes(1));
        world.tick();
        assertEquals(0, world.gateway.rates().size());
        world.set(ServerSettings.LIMITS_CONNECTS_PER_MINUTE_PER_IP, 0);
        for (int i = 0; i < 10; i++) {
            admit("a", "viewer").close();
        }
        assertEquals(0, world.gateway.rates().size());
    }

    @Test
    @DisplayName(
            "C4 C5 guessing tokens over HTTP is no faster than with a socket, and one who asks too often is not told")
    void limitsGuesses() {
        world.freeze();
        world.set(ServerSettings.LIMITS_CONNECTS_PER_MINUTE_PER_IP, 3);
        for (int i = 0; i < 10; i++) {
            authenticate("a", "viewer");
            assertEquals(ErrorCode.UNAUTHORIZED, codeOf(() -> authenticate("a", null)));
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(ErrorCode.UNAUTHORIZED, codeOf(() -> authenticate("a", "wrong")));
        }
        refused("connects_per_minute_per_ip", 3, () -> authenticate("a", "wrong"));
        refused("connects_per_minute_per_ip", 3, () -> authenticate("a", "viewer"));
        refused("connects_per_minute_per_ip", 3, () -> admit("a", "viewer"));
        authenticate("b", "viewer");
    }

    @Test
    @DisplayName("C4 C5 few connections of one address may wait for a token; who shows one makes room")
    void limitsStrangers() {
        world.set(ServerSettings.LIMITS_CONNECTIONS_UNAUTHENTICATED_PER_IP, 2);
        Client first = world.client(Optional.empty());
        Client second = world.client(Optional.empty());
        String resource = "connections_unauthenticated_per_ip";
        refused(resource, 2, () -> admit("127.0.0.1", null));
        admit("127.0.0.1", "viewer").close();
        admit("127.0.0.2", null).close();
        first.send("{'type':'auth','data':{'token':'viewer'}}").next("auth");
        first.send("{'type':'auth','data':{'token':'viewer'}}").next("auth");
        Client third = world.client(Optional.empty());
        refused(resource, 2, () -> admit("127.0.0.1", null));
        second.close();
        third.close();
        first.close();
        admit("127.0.0.1", null).close();
    }

    @Test
    @DisplayName("C4 connections of one token, shown in the handshake or in a frame; others are not in their way")
    void limitsTokens() {
        world.set(ServerSettings.LIMITS_CONNECTIONS_PER_TOKEN, 2);
        Client first = world.client("viewer");
        Client second = world.client(Optional.empty());
        second.send("{'type':'auth','data':{'token':'viewer'}}").next("auth");
        refused("connections_per_token", 2, () -> admit("9.9.9.9", "viewer"));
        admit("9.9.9.9", "operator").close();
        Client third = world.client(Optional.empty());
        JsonNode error = third.send("{'type':'auth','data':{'token':'viewer'}}").nextError("CONNECTION_LIMIT");
        assertEquals("connections_per_token", error.at("/data/details/resource").asText());
        third.send("{'type':'project_list'}").nextError("UNAUTHORIZED");
        first.close();
        third.send("{'type':'auth','data':{'token':'viewer'}}").next("auth");
        third.send("{'type':'project_list'}").next("project_list");
    }

    @Test
    @DisplayName("C4 without authentication nobody is a stranger, and nobody has a token to be counted by")
    void countsNoTokensWithoutAuthentication() {
        world.set(ServerSettings.AUTH_MODE, ServerSettings.AuthMode.NONE)
                .set(ServerSettings.LIMITS_CONNECTIONS_PER_TOKEN, 1)
                .set(ServerSettings.LIMITS_CONNECTIONS_UNAUTHENTICATED_PER_IP, 1);
        List<Admission> all = List.of(admit("a", null), admit("a", null), admit("a", "x"));
        assertEquals(3, world.connections());
        all.forEach(Admission::close);
    }

    @ParameterizedTest
    @DisplayName("C4 of IPv6 it is the network of 64 bits that counts")
    @CsvSource({
        "192.0.2.7, 192.0.2.8, false",
        "192.0.2.7, 192.0.2.7, true",
        "2001:db8:0:1::1, 2001:db8:0:1:ffff::2, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
        "fe80:0:0:0:0:0:0:1%1, fe80::2, true",
        "::ffff:192.0.2.7, ::ffff:192.0.2.8, false",
        "1::x, 1::y, false",
    })
    void countsNetworks(String one, String other, boolean same) {
        assertEquals(same, ClientNetwork.of(one).equals(ClientNetwork.of(other)));
        world.set(ServerSettings.LIMITS_CONNECTIONS_PER_IP, 1);
        try (Admission first = admit(one, "viewer")) {
            if (same) {
                refused("connections_per_ip", 1, () -> admit(other, "viewer"));
            } else {
                admit(other, "viewer").close();
            }
        }
    }

    @Test
    @DisplayName("C2 C4 C5 whatever way a connection ends, or does not come about, nothing of it stays counted")
    void leaksNothing() {
        world.freeze();
        world.end = world.services.clock().instant().plusSeconds(60);
        Client overdue = world.client(Optional.empty());
        Client wrong = world.client(Optional.empty());
        Client large = world.client(Optional.empty());
        Client revoked = world.client("operator");
        Client expired = world.client("fleeting");
        Client gone = world.client("viewer");
        Client authenticated = world.client(Optional.empty());
        authenticated.send("{'type':'auth','data':{'token':'admin'}}").next("auth");
        assertEquals(7, world.connections());
        admit("a", "viewer").close();
        Admission twice = admit("a", null);
        twice.close();
        twice.close();
        assertEquals(ErrorCode.UNAUTHORIZED, codeOf(() -> admit("a", "wrong")));
        wrong.post("{'type':'auth','data':{'token':'wrong'}}");
        wrong.awaitClosed(1008);
        large.session.tooLarge();
        large.awaitClosed(1009);
        world.gateway.revoked(principal -> principal.id().equals("operator"));
        gone.close();
        gone.close();
        authenticated.close();
        pass(Duration.ofSeconds(60));
        world.tick();
        List.of(overdue, revoked, expired).forEach(client -> client.awaitClosed(1008));
        Await.until("nothing is counted", () -> world.gateway.core().limits().isIdle());
        // Each limit refuses somebody, and whoever was refused is not counted either.
        world.set(ServerSettings.LIMITS_CONNECTIONS_PER_IP, 1)
                .set(ServerSettings.LIMITS_CONNECTIONS_PER_TOKEN, 1)
                .set(ServerSettings.LIMITS_CONNECTIONS_UNAUTHENTICATED_PER_IP, 1);
        Admission one = admit("a", "viewer");
        refused("connections_per_ip", 1, () -> admit("a", "admin"));
        refused("connections_per_token", 1, () -> admit("b", "viewer"));
        world.set(ServerSettings.LIMITS_CONNECTIONS, 1);
        refused("connections", 1, () -> admit("b", "admin"));
        one.close();
        assertTrue(world.gateway.core().limits().isIdle());
    }

    @Test
    @DisplayName("C2 C4 many at once come, authenticate and go: the limits hold, and nothing stays counted")
    void countsRightUnderLoad() throws Exception {
        world.set(ServerSettings.LIMITS_CONNECTIONS, 5)
                .set(ServerSettings.LIMITS_CONNECTIONS_PER_IP, 3)
                .set(ServerSettings.LIMITS_CONNECTIONS_UNAUTHENTICATED_PER_IP, 2)
                .set(ServerSettings.LIMITS_CONNECTIONS_PER_TOKEN, 2)
                .set(ServerSettings.LIMITS_CONNECTS_PER_MINUTE_PER_IP, 0);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        // With these two nobody else is let in with the same token, so that some are refused for certain.
        try (Admission one = admit("c", "viewer");
                Admission other = admit("c", "viewer")) {
            List<Future<Integer>> rounds = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int seed = i;
                rounds.add(threads.submit(() -> comeAndGo(new Random(seed), 300)));
            }
            int admitted = 0;
            for (Future<Integer> round : rounds) {
                admitted += round.get(Await.SECONDS, TimeUnit.SECONDS);
            }
            assertTrue(admitted > 0 && admitted < 8 * 300, admitted + " were admitted");
        } finally {
            threads.shutdownNow();
        }
        Await.until("nothing is counted", () -> world.gateway.core().limits().isIdle());
    }

    private int comeAndGo(Random random, int rounds) {
        int admitted = 0;
        for (int i = 0; i < rounds; i++) {
            String address = random.nextBoolean() ? "a" : "b";
            String token = random.nextInt(3) == 0 ? null : random.nextBoolean() ? "viewer" : "admin";
            try (Admission admission = admit(address, token)) {
                admitted++;
                assertTrue(world.connections() <= 5, "more than the limit");
                if (random.nextBoolean()) {
                    FakeConnection connection = new FakeConnection(Runnable::run, address);
                    Client client = new Client(world.gateway.open(admission, connection), connection);
                    client.post("{'type':'auth','data':{'token':'" + (random.nextBoolean() ? "viewer" : "no") + "'}}");
                    client.close();
                }
            } catch (SwitchboardException e) {
                assertEquals(ErrorCode.CONNECTION_LIMIT, e.code());
            }
        }
        return admitted;
    }
}
