package dev.switchboard.gateway.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients are told about what went wrong. */
final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private Errors() {}

    /** The error to tell: as it is if it is meant for clients, otherwise an incident that the log has too. */
    static SwitchboardException forClient(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof SwitchboardException known ? complete(known) : incident(cause);
    }

    private static SwitchboardException complete(SwitchboardException error) {
        String service = missingService(error.code());
        if (service.isEmpty()) {
            return error;
        }
        Map<String, Object> details = new LinkedHashMap<>(error.details());
        details.putIfAbsent("service", service);
        details.putIfAbsent("retry_after_ms", Services.RETRY_AFTER_MS);
        return new SwitchboardException(error.code(), error.getMessage(), details, error);
    }

    private static String missingService(ErrorCode code) {
        return switch (code) {
            case EXECUTOR_UNAVAILABLE -> "executor";
            case STORAGE_UNAVAILABLE -> "store";
            case SERVICE_UNAVAILABLE -> "unknown";
            default -> "";
        };
    }

    private static SwitchboardException incident(Throwable failure) {
        String incident = UUID.randomUUID().toString();
        LOG.error("incident {}", incident, failure);
        return new SwitchboardException(
                ErrorCode.INTERNAL_ERROR,
                "something went wrong in the server; its log tells more under incident " + incident,
                Map.of("incident", incident),
                failure);
    }
}
