package dev.switchboard.health.internal;

import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import org.osgi.service.component.annotations.Component;

/** {@code /health/live}: answers as long as anything answers. */
@Component
public final class LiveResource implements HttpResource {
    @Override
    public String path() {
        return "/health/live";
    }

    @Override
    public HttpAccess access() {
        return HttpAccess.probe();
    }

    @Override
    public HttpReply handle(HttpQuery query) {
        return ProbeReply.of(200, "live");
    }
}
