package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RefusedMessagesTest {
    private static final int LIMIT = 4096;

    @TempDir
    Path directory;

    private Rig rig;
    private RawClient client;
    private FakeSession session;

    @BeforeEach
    void start() throws Exception {
        // Time enough for a client that goes on sending after it was refused, however slow the machine is.
        rig = new Rig(directory).set(ServerSettings.TIMEOUTS_WRITE, "60").start();
        client = rig.connect();
        session = rig.gateway.nextSession();
        session.limit = LIMIT;
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        rig.close();
    }

    @Test
    @DisplayName("C4 a message of the limit is accepted, one byte more is told to the session, which closes with 1009")
    void atTheLimit() throws Exception {
        client.text("x".repeat(LIMIT));
        assertEquals(LIMIT, client.read().payload().length);
        client.text("x".repeat(LIMIT + 1));
        expectTooLarge();
    }

    @Test
    @DisplayName("C4 the limit holds for the fragments of a message together")
    void fragments() throws Exception {
        client.send(RawClient.TEXT, false, new byte[LIMIT / 2]);
        client.send(RawClient.CONTINUATION, true, new byte[LIMIT / 2]);
        assertEquals(LIMIT, client.read().payload().length);
        client.send(RawClient.TEXT, false, new byte[LIMIT]);
        client.send(RawClient.CONTINUATION, true, new byte[1]); // whole, or what follows would be out of order
        expectTooLarge();
    }

    @Test
    @DisplayName("C4 a huge message is refused as it begins, and a client that goes on sending still gets the reason")
    void huge() throws Exception {
        client.out.write(RawClient.head(RawClient.TEXT, true, 1L << 30));
        byte[] piece = new byte[64 * 1024];
        for (int i = 0; i < 160; i++) { // 10 MB of it
            client.out.write(piece);
        }
        assertEquals("too large", client.read().text());
        assertEquals(new CloseReason(1009, "too large"), client.read().close());
    }

    @Test
    @DisplayName("C4 the limit is the present one for each message")
    void limitIsLive() throws Exception {
        session.limit = 10;
        client.text("x".repeat(10));
        assertEquals(10, client.read().payload().length);
        session.limit = 20;
        client.text("x".repeat(20));
        assertEquals(20, client.read().payload().length);
        client.text("x".repeat(21));
        expectTooLarge();
    }

    private void expectTooLarge() throws Exception {
        assertEquals("too large", client.read().text());
        assertEquals(new CloseReason(1009, "too large"), client.read().close());
        client.text("nobody hears this");
        client.close(1009);
        assertTrue(client.isAtEnd());
        assertEquals(1009, session.awaitClosed().code());
        assertTrue(session.texts.stream().noneMatch(text -> text.startsWith("nobody")));
    }

    @Test
    @DisplayName("C1 binary messages are refused with 1003")
    void binary() throws Exception {
        client.send(RawClient.BINARY, true, new byte[] {1});
        assertEquals(1003, client.read().close().code());
        client.close(1003);
        assertEquals(1003, session.awaitClosed().code());
        assertTrue(session.texts.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC0, 0xFF, 0xE2})
    @DisplayName("C1 text that is not UTF-8, or ends within a character, is refused with 1007")
    void notUtf8(int last) throws Exception {
        client.send(RawClient.TEXT, true, new byte[] {'o', 'k', (byte) last});
        assertEquals(1007, client.read().close().code());
        assertTrue(session.texts.isEmpty());
    }

    @Test
    @DisplayName("C1 a frame without a mask is refused with 1002")
    void notMasked() throws Exception {
        client.out.write(new byte[] {(byte) 0x81, 1, 'x'});
        assertEquals(1002, client.read().close().code());
        assertEquals(1002, session.awaitClosed().code());
    }

    @Test
    @DisplayName("C1 a continuation of nothing is refused with 1002")
    void continuationOfNothing() throws Exception {
        client.send(RawClient.CONTINUATION, true, new byte[] {'x'});
        assertEquals(1002, client.read().close().code());
    }

    @Test
    @DisplayName("C2 a session that fails costs its own connection only")
    void failingSession() throws Exception {
        rig.gateway.factory = connection -> new FakeSession(connection) {
            @Override
            void onText(byte[] utf8, Runnable next) {
                leaveBroken();
                throw new IllegalStateException("test");
            }
        };
        try (RawClient other = rig.connect()) {
            other.text("x");
            assertEquals(new CloseReason(1011, "internal error"), other.read().close());
            other.close(1011);
        }
        client.text("still served");
        assertEquals("still served", new String(client.read().payload(), StandardCharsets.UTF_8));
    }
}
