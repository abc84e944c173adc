package dev.switchboard.store.postgresql.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.health.CheckFigures;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether what happens can be recorded in the database, if that is where it is to be. */
@Component(service = HealthCheck.class, property = HealthCheck.NAME + "=postgresql")
public final class PostgresqlHealth implements HealthCheck, CheckFigures {
    private final Configuration configuration;
    private final PostgresqlMessageLogProvider messages;
    private final PostgresqlProjectStoreProvider projects;

    @Activate
    public PostgresqlHealth(
            @Reference Configuration configuration,
            @Reference PostgresqlMessageLogProvider messages,
            @Reference PostgresqlProjectStoreProvider projects) {
        this.configuration = configuration;
        this.messages = messages;
        this.projects = projects;
    }

    @Override
    public Result execute() {
        if (!configuration.settings().get(ServerSettings.STORE).equals("postgresql")) {
            return new Result(Result.Status.OK, "the store is another one");
        }
        if (messages.connected().isEmpty()) {
            return critical(messages.refusal().orElse("the store is not open") + "; it is tried again every second");
        }
        if (!messages.connected().orElse(false) || !projects.connected().orElse(false)) {
            return critical("the database does not answer, so runs wait; it is asked again four times a second");
        }
        int failing = messages.projectsFailing();
        return failing == 0
                ? new Result(Result.Status.OK, "the database answers")
                : critical(
                        "records of " + failing + " projects cannot be written, so their runs wait; it is tried again."
                                + " Is the database's disk full?");
    }

    private static Result critical(String message) {
        return new Result(Result.Status.CRITICAL, message);
    }

    @Override
    public Map<String, Object> figures() {
        LogFigures counted = messages.figures();
        Map<String, Object> figures = new LinkedHashMap<>(); // always in this order
        figures.put("connected", messages.connected().orElse(false));
        figures.put("projects_failing", messages.projectsFailing());
        figures.put("failures", counted.failures());
        figures.put("connections_lost", counted.losses());
        figures.put("records_removed", counted.removedRecords());
        return figures;
    }
}
