package dev.switchboard.websocket.internal;

import org.eclipse.jetty.websocket.core.CloseStatus;

/**
 * A close with any code that waits for the peer's answer, as RFC 6455, section 7.1.1 has it. Jetty does so for 1000
 * only and otherwise closes the socket at once; what the peer has sent and nobody has read makes that a reset, which
 * takes the close frame, and the {@code error} before it, from the peer.
 */
final class HandshakeClose extends CloseStatus {
    HandshakeClose(int code, String reason) {
        super(code, reason);
    }

    @Override
    public boolean isAbnormal() {
        return false;
    }
}
