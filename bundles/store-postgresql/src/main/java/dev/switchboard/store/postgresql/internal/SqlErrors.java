package dev.switchboard.store.postgresql.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.sql.SQLException;
import java.util.Map;

/** Turns what the database answers into what clients are told: which never names a host, a table or a user. */
final class SqlErrors {
    private static final String DISK_FULL = "53100";
    private static final String READ_ONLY = "25006";

    private SqlErrors() {}

    /**
     * @param service {@code message log} or {@code project store}
     * @param failed what could not be done
     */
    static SwitchboardException of(SQLException cause, String service, String failed) {
        if (DISK_FULL.equals(cause.getSQLState())) {
            return new SwitchboardException(
                    ErrorCode.DISK_SPACE_LOW,
                    failed + ": the database's disk is full; free some space there and try again",
                    Map.of(),
                    cause);
        }
        return unavailable(service, failed + ": the database failed; the server's log says how", cause);
    }

    static SwitchboardException unavailable(String service, String message, Throwable cause) {
        return new SwitchboardException(ErrorCode.STORAGE_UNAVAILABLE, message, Map.of("service", service), cause);
    }

    /**
     * Why the store cannot be opened, for people: to the point where that is known.
     */
    static String whyNotOpened(SQLException cause) {
        String state = String.valueOf(cause.getSQLState());
        if (state.startsWith("28")) {
            return "the database refuses the user or the password (postgresql.user, SWITCHBOARD_POSTGRESQL_PASSWORD)";
        }
        if (state.startsWith("08")) {
            return "the database cannot be reached (postgresql.url)";
        }
        return switch (state) {
            case "3D000" -> "the server of postgresql.url has no such database";
            case "42501" -> "the user may not do what it has to: it needs its schema, or the right to create one";
            case "55P03" -> "another server has the store open, or did a moment ago";
            case "0A000" -> String.valueOf(cause.getMessage());
            case "53300" -> "the database has no connection left";
            case "57P03" -> "the database is just starting or stopping";
            case READ_ONLY -> "the database is read-only; is it a standby?";
            default -> "the database failed";
        };
    }

    /** Whether the connection is of no use any more, or leads to a server that will never do: another one may. */
    static boolean endsConnection(SQLException cause) {
        String state = cause.getSQLState();
        return state == null
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("58")
                || state.startsWith("XX")
                || state.equals(READ_ONLY);
    }
}
