package dev.switchboard.audit.internal;

import dev.switchboard.audit.AuditActor;
import dev.switchboard.audit.AuditLog;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.audit.internal.AuditFiles.Bounds;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import dev.switchboard.config.Settings;
import dev.switchboard.logging.LogContext;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The audit log in {@code <data.dir>/audit}; tells of changes of the configuration by itself, for nobody else sees them all. */
@Component(
        immediate = true,
        service = {AuditLog.class, HealthCheck.class},
        property = {HealthCheck.NAME + "=audit", HealthCheck.TAGS + "=switchboard"})
public final class FileAuditLog implements AuditLog, HealthCheck {
    private final Clock clock;
    private final AuditWriter writer;
    private final Configuration.Registration registration;
    private volatile Settings settings;

    @Activate
    public FileAuditLog(@Reference Configuration configuration) {
        this(configuration, Clock.systemUTC());
    }

    FileAuditLog(Configuration configuration, Clock clock) {
        this.clock = clock;
        settings = configuration.settings();
        Path directory = Path.of(settings.get(ServerSettings.DATA_DIR)).resolve("audit");
        writer = new AuditWriter(new AuditFiles(directory, clock), this::bounds, clock);
        writer.start();
        record(AuditRecord.of("audit_start", AuditActor.SERVER));
        registration = configuration.onChange(this::changed);
    }

    private Bounds bounds() {
        Settings present = settings;
        return new Bounds(
                present.get(ServerSettings.AUDIT_ROTATE_BYTES),
                present.get(ServerSettings.AUDIT_RETAIN_DAYS),
                present.get(ServerSettings.AUDIT_RETAIN_BYTES));
    }

    @Override
    public void record(AuditRecord entry) {
        record(entry, settings);
    }

    private void record(AuditRecord entry, Settings by) {
        if (by.get(ServerSettings.AUDIT_ENABLED)) {
            writer.write(
                    AuditLine.of(entry, clock.instant(), LogContext.current(), by.get(ServerSettings.AUDIT_PROMPTS)));
        }
    }

    /** Names only: some values are nobody's business. That the audit log is switched off is the last that it tells. */
    private void changed(Settings next) {
        Settings before = settings;
        settings = next;
        String keys = ServerSettings.all().stream()
                .filter(setting -> !Objects.equals(before.get(setting), next.get(setting)))
                .map(Setting::key)
                .collect(Collectors.joining(", "));
        boolean wasOn = before.get(ServerSettings.AUDIT_ENABLED);
        record(AuditRecord.of("configuration_change", AuditActor.SERVER).with("keys", keys), wasOn ? before : next);
    }

    @Override
    public Result execute() {
        return writer.isLosing()
                ? new Result(
                        Result.Status.WARN,
                        "audit records are lost, because they cannot be written; the server's log tells why")
                : new Result(Result.Status.OK, "audit records are written");
    }

    /** Writes what has been handed over. */
    @Deactivate
    void deactivate() {
        registration.close();
        record(AuditRecord.of("audit_stop", AuditActor.SERVER));
        writer.close();
    }
}
