package dev.switchboard.websocket.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.Map;

/** A request that is answered with an error status; the text is for people. */
final class HttpRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String RETRY_AFTER = "Retry-After";
    private static final String AUTHENTICATE = "WWW-Authenticate";

    private final int status;
    private final transient Map<String, String> headers;

    HttpRefusal(int status, String text, Map<String, String> headers) {
        super(text, null, false, false);
        this.status = status;
        this.headers = headers;
    }

    HttpRefusal(int status, String text) {
        this(status, text, Map.of());
    }

    /** What an error of the gateway is over HTTP. */
    static HttpRefusal of(SwitchboardException e) {
        ErrorCode code = e.code();
        return switch (code) {
            case UNAUTHORIZED -> new HttpRefusal(401, e.getMessage(), Map.of(AUTHENTICATE, "Bearer"));
            case PERMISSION_DENIED -> new HttpRefusal(403, e.getMessage());
            case CONNECTION_LIMIT, RESOURCE_LIMIT -> new HttpRefusal(429, e.getMessage(), retryAfter(e));
            case SERVICE_UNAVAILABLE, STORAGE_UNAVAILABLE, EXECUTOR_UNAVAILABLE ->
                new HttpRefusal(503, e.getMessage(), retryAfter(e));
            default -> throw e;
        };
    }

    /** Nobody is there who could let anyone in. */
    static HttpRefusal unavailable(String text) {
        return new HttpRefusal(503, text, Map.of(RETRY_AFTER, "1"));
    }

    private static Map<String, String> retryAfter(SwitchboardException e) {
        Object millis = e.details().get("retry_after_ms");
        long seconds = millis instanceof Number number ? Math.max(1, (number.longValue() + 999) / 1000) : 1;
        return Map.of(RETRY_AFTER, Long.toString(seconds));
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers == null ? Map.of() : headers;
    }
}
