package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.Principal;
import org.osgi.service.component.annotations.Component;

/** {@code auth}: a token that comes with the first frame instead of with the handshake. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=auth")
public final class AuthHandler extends RequestHandler {
    public AuthHandler() {
        super(RequestType.AUTH);
    }

    @Override
    void handle(Request request) {
        Principal principal = request.session().authenticate(request.fields().requiredText("token"));
        ObjectNode data = Json.object();
        data.put("name", principal.name());
        data.put("role", principal.role().wireName());
        request.reply("auth", data);
    }
}
