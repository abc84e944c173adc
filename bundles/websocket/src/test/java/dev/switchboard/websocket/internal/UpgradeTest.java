package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UpgradeTest {
    @TempDir
    Path directory;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(directory).start();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private String ask(String path, String... headers) throws Exception {
        try (RawClient client = new RawClient(rig.port())) {
            return client.ask(path, headers);
        }
    }

    private int status(String path, String... headers) throws Exception {
        return Integer.parseInt(ask(path, headers).split(" ")[1]);
    }

    @Test
    @DisplayName("C5 the token comes in a header or in the query; a bad one is 401, none is for the session to ask for")
    void tokens() throws Exception {
        assertEquals(101, status("/ws"));
        assertTrue(rig.gateway.nextSession().admission.principal().isEmpty());
        assertEquals(101, status("/ws?token="));
        assertTrue(rig.gateway.nextSession().admission.principal().isEmpty());
        assertEquals(101, status("/ws?token=viewer"));
        assertEquals(
                "viewer",
                rig.gateway.nextSession().admission.principal().orElseThrow().name());
        assertEquals(101, status("/ws?token=viewer", "Authorization: bearer admin"));
        assertEquals(
                "admin",
                rig.gateway.nextSession().admission.principal().orElseThrow().name());
        assertEquals(401, status("/ws?token=wrong"));
        String refused = ask("/ws", "Authorization: Bearer wrong");
        assertTrue(refused.startsWith("HTTP/1.1 401 "), refused);
        assertTrue(refused.contains("WWW-Authenticate: Bearer"), refused);
        assertEquals(400, status("/ws?token=%zz"));
    }

    @Test
    @DisplayName("C5 Host and Origin are checked before anything else, with the present lists")
    void names() throws Exception {
        String own = "Host: localhost:" + rig.port();
        assertEquals(403, status("/ws?token=wrong", "Host: evil.example.org"));
        assertEquals(403, status("/ws", own, "Origin: http://evil.example.org"));
        assertEquals(403, status("/ws", own, "Origin: null"));
        assertEquals(101, status("/ws", own, "Origin: http://localhost:" + rig.port()));
        assertEquals(101, status("/ws", "Host: [::1]:" + rig.port()));
        rig.set(ServerSettings.ORIGINS_ALLOWED, "http://evil.example.org");
        assertEquals(101, status("/ws", own, "Origin: http://evil.example.org"));
    }

    @Test
    @DisplayName("C4 a limit is 429 with the time to wait, in whole seconds")
    void limits() throws Exception {
        rig.gateway.refusal =
                new SwitchboardException(ErrorCode.CONNECTION_LIMIT, "too many", Map.of("retry_after_ms", 1001));
        String refused = ask("/ws");
        assertTrue(refused.startsWith("HTTP/1.1 429 "), refused);
        assertTrue(refused.contains("Retry-After: 2\r\n"), refused);
    }

    @Test
    @DisplayName("S1 without somebody who can let clients in it is 503")
    void unavailable() throws Exception {
        rig.gateway.refusal = new SwitchboardException(ErrorCode.SERVICE_UNAVAILABLE, "no authenticator", Map.of());
        assertTrue(ask("/ws").contains("Retry-After: 1\r\n"));
        assertEquals(503, status("/ws"));
        rig.gateway.refusal = null;
        rig.edge.unbindGateway(rig.gateway);
        assertEquals(503, status("/ws"));
        rig.edge.bindGateway(rig.gateway);
        assertEquals(101, status("/ws"));
    }

    @Test
    @DisplayName("C1 a failure of the gateway is 500 with an incident, and says no more")
    void failure() throws Exception {
        rig.gateway.refusal = new IllegalStateException("secret");
        try (RawClient client = new RawClient(rig.port())) {
            assertTrue(client.ask("/ws").startsWith("HTTP/1.1 500 "));
            byte[] body = new byte[64];
            int length = client.in.read(body);
            String text = new String(body, 0, length, StandardCharsets.UTF_8);
            assertTrue(text.contains("incident"), text);
            assertFalse(text.contains("secret"), text);
        }
    }

    @Test
    @DisplayName("C1 what is no WebSocket handshake is 426 and uses up no admission")
    void noHandshake() throws Exception {
        try (RawClient client = new RawClient(rig.port())) {
            client.out.write(("GET /ws HTTP/1.1\r\nHost: localhost:" + rig.port() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertTrue(client.readHead().startsWith("HTTP/1.1 426 "));
        }
        try (RawClient client = new RawClient(rig.port())) {
            client.out.write(("GET /ws HTTP/1.1\r\nHost: localhost:" + rig.port() + "\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            + "Sec-WebSocket-Version: 8\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertTrue(client.readHead().startsWith("HTTP/1.1 426 "));
        }
        assertEquals(0, rig.gateway.admitted.get());
    }

    @Test
    @DisplayName("S1 when the gateway goes, connections that its sessions leave open are closed with 1001")
    void gatewayGoes() throws Exception {
        try (RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            rig.edge.unbindGateway(rig.gateway);
            assertEquals(
                    new CloseReason(1001, "Server shutting down"), client.read().close());
            client.close(1001);
            assertEquals(1001, session.awaitClosed().code());
        }
    }

    @Test
    @DisplayName("S1 a gateway that is replaced before it goes leaves the new one in place")
    void gatewayIsReplaced() throws Exception {
        FakeGateway next = new FakeGateway();
        rig.edge.bindGateway(next);
        rig.edge.unbindGateway(rig.gateway);
        try (RawClient client = rig.connect()) {
            next.nextSession();
            client.text("x");
            assertEquals("x", client.read().text());
        }
    }

    @Test
    @DisplayName("C2 a session that cannot be opened costs the connection, not the admission")
    void noSession() throws Exception {
        rig.gateway.factory = connection -> {
            throw new IllegalStateException("test");
        };
        try (RawClient client = rig.connect()) {
            assertEquals(new CloseReason(1013, "try again later"), client.read().close());
            client.close(1013);
        }
        Rig.await("the admission is given back", () -> rig.gateway.admitted.get() == 0);
    }
}
