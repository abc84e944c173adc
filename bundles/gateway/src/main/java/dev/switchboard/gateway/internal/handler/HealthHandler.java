package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.PromptHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code health_check} and {@code health}: the last sample, never a new one. */
@Component(
        service = FrameHandler.class,
        property = {FrameHandler.TYPE + "=health_check", FrameHandler.TYPE + "=health"})
public final class HealthHandler extends RequestHandler implements PromptHandler {
    private static final Check UNKNOWN = new Check(CheckStatus.ERROR, Optional.empty(), Map.of());

    private static final RuntimeMXBean RUNTIME = ManagementFactory.getRuntimeMXBean();
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Services services;

    /** The checks as they were written last: many ask within the life of a report. */
    private volatile Written written = new Written(null, null);

    private record Written(HealthReport report, RawValue checks) {}

    @Activate
    public HealthHandler(@Reference Services services) {
        super(RequestType.HEALTH);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        HealthReport report = services.health().report();
        ObjectNode data = Json.object();
        data.put("status", report.status().wireName());
        data.put("uptime", RUNTIME.getUptime() / 1000);
        data.put("version", services.version());
        addCounts(data, request);
        addResources(data.putObject("resources"), report);
        Check cli = report.checks().getOrDefault("claude_cli", UNKNOWN);
        ObjectNode claude = data.putObject("claude");
        claude.put("available", cli.status() == CheckStatus.HEALTHY || cli.status() == CheckStatus.WARNING);
        claude.putPOJO("version", cli.figures().get("version"));
        data.put("timestamp", Timestamps.format(report.at()));
        data.putRawValue("checks", checks(report));
        request.reply(request.type().equals("health") ? "health_status" : "health_check", data);
    }

    private RawValue checks(HealthReport report) {
        Written last = written;
        if (last.report != report) {
            ObjectNode checks = Json.object();
            report.checks().forEach((name, check) -> add(checks.putObject(name), check));
            last = new Written(report, new RawValue(Json.text(checks)));
            written = last;
        }
        return last.checks;
    }

    private void addCounts(ObjectNode data, Request request) {
        Settings settings = services.settings();
        ObjectNode connections = data.putObject("connections");
        connections.put("active", request.session().connections());
        connections.put("limit", settings.get(ServerSettings.LIMITS_CONNECTIONS));
        List<ProjectStatus> all = projects();
        ObjectNode projects = data.putObject("projects");
        projects.put("count", all.size());
        projects.put("limit", settings.get(ServerSettings.LIMITS_PROJECTS));
        projects.put(
                "executing",
                all.stream()
                        .filter(status -> status.state() == ProjectState.EXECUTING)
                        .count());
    }

    /** None while there is no store, which a check tells. */
    private List<ProjectStatus> projects() {
        try {
            return services.projects().list();
        } catch (SwitchboardException e) {
            return List.of();
        }
    }

    private static void addResources(ObjectNode resources, HealthReport report) {
        resources.putPOJO("cpu_percent", figure(report, "cpu", "usage_percent"));
        resources.put("memory_mb", MEMORY.getHeapMemoryUsage().getUsed() >> 20);
        resources.put("threads", THREADS.getThreadCount());
        resources.putPOJO("disk_free_gb", figure(report, "disk", "free_gb"));
    }

    private static Object figure(HealthReport report, String check, String name) {
        return report.checks().getOrDefault(check, UNKNOWN).figures().get(name);
    }

    private static void add(ObjectNode target, Check check) {
        target.put("status", check.status().wireName());
        check.message().ifPresent(text -> target.put("message", text));
        check.figures().forEach(target::putPOJO);
    }
}
