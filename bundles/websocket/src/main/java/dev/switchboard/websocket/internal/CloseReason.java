package dev.switchboard.websocket.internal;

import java.nio.charset.StandardCharsets;

/**
 * Why a connection is closed.
 *
 * @param code of RFC 6455, section 7.4
 * @param reason at most 123 bytes of UTF-8; what is longer is cut
 */
record CloseReason(int code, String reason) {
    static final int GOING_AWAY = 1001;
    static final int NOT_TEXT = 1003;
    static final int ABNORMAL = 1006;
    static final int NOT_UTF8 = 1007;
    static final int INTERNAL_ERROR = 1011;
    static final int TRY_AGAIN_LATER = 1013;

    static final CloseReason SHUTDOWN = new CloseReason(GOING_AWAY, "Server shutting down");
    static final CloseReason TIMEOUT = new CloseReason(GOING_AWAY, "Connection timeout");
    static final CloseReason SLOW = new CloseReason(TRY_AGAIN_LATER, "slow consumer");

    private static final int MAX_BYTES = 123;

    CloseReason {
        while (reason.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            reason = reason.substring(0, reason.offsetByCodePoints(reason.length(), -1));
        }
    }
}
