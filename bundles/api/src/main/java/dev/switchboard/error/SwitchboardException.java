package dev.switchboard.error;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An error that a client is told about. The message is shown to people as it is: it says what was wrong and what would
 * be right, and never names another project's path, a class, or the server's own files.
 *
 * <p>Anything that is not a {@code SwitchboardException} reaches a client only as
 * {@link ErrorCode#INTERNAL_ERROR} with an incident id.
 */
public class SwitchboardException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient Map<String, Object> details;

    /**
     * @param code what kind of error it is
     * @param message what was wrong and what would be right, for people
     */
    public SwitchboardException(ErrorCode code, String message) {
        this(code, message, Map.of(), null);
    }

    /**
     * @param details facts for programs: names as on the wire ({@code snake_case}), values that JSON has: {@link String},
     *        {@link Number}, {@link Boolean}
     */
    public SwitchboardException(ErrorCode code, String message, Map<String, ?> details) {
        this(code, message, details, null);
    }

    /** @param cause for the server's log; never shown to a client; may be {@code null} */
    public SwitchboardException(ErrorCode code, String message, Map<String, ?> details, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.code = Objects.requireNonNull(code, "code");
        this.details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    public ErrorCode code() {
        return code;
    }

    /** Facts for programs, in a stable order; empty if there are none. */
    public Map<String, Object> details() {
        return details == null ? Map.of() : details;
    }
}
