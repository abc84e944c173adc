package dev.switchboard.health.internal;

import dev.switchboard.health.CheckFigures;
import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.ResultLog;

/** A check that another bundle registered. */
record FelixProbe(String name, HealthCheck service) implements Probe {
    private static final int MAX_MESSAGE = 500;

    @Override
    public Check check() {
        Result result = service.execute();
        CheckStatus status = status(result.getStatus());
        Optional<String> message = status == CheckStatus.HEALTHY ? Optional.empty() : Optional.of(message(result));
        return new Check(status, message, service instanceof CheckFigures measured ? measured.figures() : Map.of());
    }

    private static CheckStatus status(Result.Status status) {
        return switch (status) {
            case OK -> CheckStatus.HEALTHY;
            case WARN -> CheckStatus.WARNING;
            case TEMPORARILY_UNAVAILABLE, CRITICAL -> CheckStatus.CRITICAL;
            case HEALTH_CHECK_ERROR -> CheckStatus.ERROR;
        };
    }

    private static String message(Result result) {
        String all = StreamSupport.stream(result.spliterator(), false)
                .filter(entry -> entry.getStatus() != Result.Status.OK)
                .map(ResultLog.Entry::getMessage)
                .collect(Collectors.joining("; "));
        return all.length() <= MAX_MESSAGE ? all : all.substring(0, MAX_MESSAGE - 1) + "…";
    }
}
