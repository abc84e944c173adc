package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H1 health tells whether anything listens for clients")
class SocketStateTest {
    private final SocketState state = new SocketState();

    private void assertState(Result.Status status, String message) {
        Result result = state.execute();
        assertEquals(status, result.getStatus());
        assertEquals(message, result.iterator().next().getMessage());
    }

    @Test
    void isCriticalUntilItListensAndAgainWhenItFailed() {
        assertState(Result.Status.CRITICAL, "the socket is not open yet");
        state.listening("127.0.0.1:8443");
        assertState(Result.Status.OK, "listening on 127.0.0.1:8443");
        state.failed("port 8443 is in use; set port to another");
        assertState(Result.Status.CRITICAL, "port 8443 is in use; set port to another");
    }
}
