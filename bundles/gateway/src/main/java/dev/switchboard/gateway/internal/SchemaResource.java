package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.security.Role;
import org.osgi.service.component.annotations.Component;

/** {@code /schema/requests.json} and so on: the schemas that messages are held against. */
@Component
public final class SchemaResource implements HttpResource {
    private static final String PATH = "/schema/";

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public HttpAccess access() {
        return HttpAccess.of(Role.VIEWER);
    }

    @Override
    public HttpReply handle(HttpQuery query) {
        String name = query.path().substring(PATH.length());
        JsonNode document = MessageSchemas.open().documents().get(MessageSchemas.BASE + name);
        return document == null
                ? HttpReply.text(
                        404, "there is no such schema; requests.json, frames.json, fields.json and types.json are\n")
                : HttpReply.json(200, Json.text(document));
    }
}
