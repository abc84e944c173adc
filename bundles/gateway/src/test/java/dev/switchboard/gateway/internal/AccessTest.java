package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.Gateway.Admission;
import dev.switchboard.gateway.Gateway.ConnectRequest;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.security.Authenticator;
import dev.switchboard.security.Credentials;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C4 C5 admission and authentication")
class AccessTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private Admission admit(String address, String token) {
        return world.gateway.admit(new ConnectRequest(address, Optional.ofNullable(token)));
    }

    private static ErrorCode codeOf(Runnable action) {
        return assertThrows(SwitchboardException.class, action::run).code();
    }

    private Client unauthenticated() {
        return world.client(Optional.empty());
    }

    @Test
    void admitsWithAGoodTokenOrWithoutOneAndRefusesABadOne() {
        try (Admission good = admit("1.1.1.1", "viewer");
                Admission none = admit("1.1.1.1", null)) {
            assertEquals(Role.VIEWER, good.principal().orElseThrow().role());
            assertTrue(none.principal().isEmpty());
        }
        assertEquals(ErrorCode.UNAUTHORIZED, codeOf(() -> admit("1.1.1.1", "wrong")));
        assertEquals(0, world.connections());
    }

    @Test
    void authenticatesHttpRequests() {
        assertEquals(
                "viewer",
                world.gateway
                        .authenticate(new ConnectRequest("a", Optional.of("viewer")))
                        .name());
        assertEquals(
                ErrorCode.UNAUTHORIZED,
                codeOf(() -> world.gateway.authenticate(new ConnectRequest("a", Optional.empty()))));
        world.set(ServerSettings.AUTH_MODE, ServerSettings.AuthMode.NONE);
        assertEquals(
                Role.ADMIN,
                world.gateway
                        .authenticate(new ConnectRequest("a", Optional.empty()))
                        .role());
    }

    @Test
    void asksEveryAuthenticatorTheHighestRankingFirst() {
        Authenticator broken = new One(credentials -> {
            throw new IllegalStateException("broken");
        });
        Authenticator better =
                new One(credentials -> Optional.of(new Principal("b", "better", Role.ADMIN, Optional.empty())));
        world.gateway.bindAuthenticator(broken, Map.of("service.ranking", 10));
        try (Admission known = admit("a", "viewer")) {
            assertEquals("viewer", known.principal().orElseThrow().name());
        }
        world.gateway.bindAuthenticator(better, Map.of("service.ranking", 5));
        try (Admission known = admit("a", "viewer")) {
            assertEquals("better", known.principal().orElseThrow().name());
        }
        world.gateway.unbindAuthenticator(better);
        world.gateway.unbindAuthenticator(world.authenticator);
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, codeOf(() -> admit("a", "viewer")));
        assertTrue(world.gateway.ready());
        world.gateway.unbindAuthenticator(broken);
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, codeOf(() -> admit("a", "viewer")));
        assertFalse(world.gateway.ready());
        world.set(ServerSettings.AUTH_MODE, ServerSettings.AuthMode.NONE);
        assertTrue(world.gateway.ready());
    }

    @Test
    @DisplayName("D1 the entrance is not ready while a request of the protocol has nobody who handles it")
    void missingHandler() {
        for (String type : MessageSchemas.open().requestTypes()) {
            FrameHandler handler =
                    world.gateway.handlers().find(type).orElseThrow().handler();
            List<String> names = world.gateway.handlers().all().entrySet().stream()
                    .filter(entry -> entry.getValue().handler() == handler)
                    .map(Map.Entry::getKey)
                    .toList();
            world.gateway.unbindHandler(handler);
            assertFalse(world.gateway.ready(), type);
            world.gateway.bindHandler(handler, Map.of(FrameHandler.TYPE, names));
            assertTrue(world.gateway.ready(), type);
        }
    }

    private record One(Function<Credentials, Optional<Principal>> check) implements Authenticator {
        @Override
        public Optional<Principal> authenticate(Credentials credentials) {
            return check.apply(credentials);
        }

        @Override
        public boolean isValid(Principal principal) {
            return true;
        }
    }

    @Test
    void limitsConnectionsInAllAndPerAddressAndNeverLeaksOne() {
        world.set(ServerSettings.LIMITS_CONNECTIONS, 3).set(ServerSettings.LIMITS_CONNECTIONS_PER_IP, 2);
        Admission first = admit("a", "viewer");
        Admission second = admit("a", "viewer");
        SwitchboardException perIp = assertThrows(SwitchboardException.class, () -> admit("a", "viewer"));
        assertEquals(ErrorCode.CONNECTION_LIMIT, perIp.code());
        assertEquals("connections_per_ip", perIp.details().get("resource"));
        assertTrue((int) perIp.details().get("retry_after_ms") > 0);
        Admission third = admit("b", "viewer");
        assertEquals(
                "connections",
                assertThrows(SwitchboardException.class, () -> admit("c", "viewer"))
                        .details()
                        .get("resource"));
        first.close();
        first.close();
        assertEquals(2, world.connections());
        Client client = world.open(second);
        second.close();
        assertEquals(2, world.connections());
        client.close();
        client.close();
        third.close();
        assertEquals(0, world.connections());
        assertThrows(IllegalStateException.class, () -> world.open(second));
        world.set(ServerSettings.LIMITS_CONNECTIONS, 0).set(ServerSettings.LIMITS_CONNECTIONS_PER_IP, 0);
        for (int i = 0; i < 5; i++) {
            admit("a", "viewer").close();
        }
    }

    @Test
    void takesATokenInTheFirstFrame() {
        Client client = unauthenticated();
        assertEquals(4096, client.session.messageLimit());
        client.send("{'type':'project_list','request_id':1}").nextError("UNAUTHORIZED");
        client.send("{'type':'dance'}").nextError("UNAUTHORIZED");
        client.send("{'type':'ping'}").send("{'type':'heartbeat'}");
        client.send("{'type':'auth'}").nextError("VALIDATION_FAILED");
        JsonNode auth = client.send("{'type':'auth','request_id':2,'data':{'token':'operator'}}")
                .next("auth");
        assertEquals("operator", auth.at("/data/name").asText());
        assertEquals("operator", auth.at("/data/role").asText());
        assertEquals(2, auth.get("request_id").asInt());
        assertEquals(1 << 20, client.session.messageLimit());
        client.send("{'type':'project_list'}").next("project_list");
        client.send("{'type':'auth','data':{'token':'admin'}}").nextError("VALIDATION_FAILED");
        client.send("{'type':'auth','data':{'token':'operator'}}").next("auth");
        assertEquals(0, client.connection.closeCode);
    }

    @Test
    void closesAfterABadToken() {
        Client client = unauthenticated();
        client.post("{'type':'auth','data':{'token':'wrong'}}");
        client.nextError("UNAUTHORIZED");
        client.awaitClosed(1008);
        client.post("{'type':'auth','data':{'token':'admin'}}");
        Await.until("it is gone", () -> world.connections() == 0);
        assertTrue(client.connection.messages.isEmpty());
    }

    @Test
    void closesWhoDoesNotAuthenticateWithinTenSeconds() {
        world.freeze();
        Client late = unauthenticated();
        Client early = unauthenticated();
        early.send("{'type':'auth','data':{'token':'viewer'}}").next("auth");
        world.extraNanos.addAndGet(Duration.ofMillis(9_999).toNanos());
        world.tick();
        assertEquals(0, late.connection.closeCode);
        world.extraNanos.addAndGet(Duration.ofMillis(1).toNanos());
        late.awaitClosed(1008);
        assertTrue(late.connection.messages.isEmpty());
        assertEquals(0, early.connection.closeCode);
    }

    @Test
    void closesAfterAMessageThatIsTooLarge() {
        Client client = world.admin();
        client.session.tooLarge();
        JsonNode error = client.nextError("MESSAGE_SIZE_LIMIT");
        assertEquals(1 << 20, error.at("/data/details/limit").asInt());
        client.awaitClosed(1009);
    }

    @Test
    @DisplayName("C5 a connection ends with its token's time, however it was shown, and nobody else's does")
    void closesAtTheEndOfATokensTime() {
        world.end = world.services.clock().instant().plus(Duration.ofMinutes(2));
        Client byHandshake = world.client("fleeting");
        Client byFrame = unauthenticated();
        byFrame.send("{'type':'auth','data':{'token':'fleeting'}}").next("auth");
        Client stays = world.client("viewer");
        world.extraNanos.addAndGet(Duration.ofSeconds(100).toNanos());
        world.tick();
        assertEquals(0, byHandshake.connection.closeCode);
        world.extraNanos.addAndGet(Duration.ofSeconds(20).toNanos());
        world.tick();
        for (Client client : List.of(byHandshake, byFrame)) {
            client.awaitClosed(1008);
            assertEquals("the token has expired", client.connection.closeReason);
            client.post("{'type':'project_list'}");
        }
        assertEquals(0, stays.connection.closeCode);
        assertEquals(ErrorCode.UNAUTHORIZED, codeOf(() -> admit("a", "fleeting")));
        Client late = unauthenticated();
        late.post("{'type':'auth','data':{'token':'fleeting'}}");
        late.nextError("UNAUTHORIZED");
        late.awaitClosed(1008);
        stays.nothing();
        assertTrue(byHandshake.connection.messages.isEmpty());
    }

    @Test
    @DisplayName("C5 a token that is revoked while it lets somebody in lets nobody in for long")
    void closesWhoCameInWithATokenThatWasBeingRevoked() {
        Admission admission = admit("a", "viewer");
        world.revoked.add("viewer");
        world.gateway.revoked(principal -> principal.id().equals("viewer"));
        Client client = world.open(admission);
        world.tick();
        client.awaitClosed(1008);
    }

    @Test
    @DisplayName("C5 C6 who has lost the right to be here cannot stay by not reading")
    void closesWhoDoesNotRead() {
        Client client = world.client("viewer");
        client.connection.stall();
        for (int i = 0; i < 20; i++) {
            client.send("{'type':'hello'}");
        }
        Await.until("replies wait", client.connection::isStuck);
        world.gateway.revoked(principal -> principal.id().equals("viewer"));
        client.awaitClosed(1008);
        Await.until("it is gone", () -> world.connections() == 0);
    }

    @Test
    void closesWhoeverIsNotWelcomeAnyMore() {
        Client revoked = world.client("viewer");
        Client expired = world.client("operator");
        Client stays = world.admin();
        world.gateway.revoked(principal -> principal.id().equals("viewer"));
        revoked.awaitClosed(1008);
        world.revoked.add("operator");
        world.freeze();
        world.extraNanos.addAndGet(Duration.ofSeconds(31).toNanos());
        expired.awaitClosed(1008);
        world.tick();
        assertEquals(0, stays.connection.closeCode);
    }
}
