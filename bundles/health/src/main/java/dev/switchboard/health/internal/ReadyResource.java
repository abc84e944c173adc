package dev.switchboard.health.internal;

import dev.switchboard.health.HealthMonitor;
import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /health/ready}: 200 while clients can be served, else 503. */
@Component
public final class ReadyResource implements HttpResource {
    private final HealthMonitor monitor;

    @Activate
    public ReadyResource(@Reference HealthMonitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public String path() {
        return "/health/ready";
    }

    @Override
    public HttpAccess access() {
        return HttpAccess.probe();
    }

    @Override
    public HttpReply handle(HttpQuery query) {
        return monitor.ready() ? ProbeReply.of(200, "ready") : ProbeReply.of(503, "not_ready");
    }
}
