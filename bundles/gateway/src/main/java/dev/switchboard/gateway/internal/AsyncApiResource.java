package dev.switchboard.gateway.internal;

import dev.switchboard.gateway.internal.handler.HelloHandler;
import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.schema.AsyncApi;
import dev.switchboard.security.Role;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /asyncapi.json}: the protocol as this server speaks it, with the types of its extensions. */
@Component
public final class AsyncApiResource implements HttpResource {
    private final RequestTypes types;

    @Activate
    public AsyncApiResource(@Reference RequestTypes types) {
        this.types = types;
    }

    @Override
    public String path() {
        return "/asyncapi.json";
    }

    @Override
    public HttpAccess access() {
        return HttpAccess.of(Role.VIEWER);
    }

    @Override
    public HttpReply handle(HttpQuery query) {
        return HttpReply.json(200, Json.text(AsyncApi.describe(HelloHandler.PROTOCOL, types.requestTypes())));
    }
}
