package dev.switchboard.gateway.internal.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.PromptHandler;
import dev.switchboard.gateway.internal.Request;
import dev.switchboard.gateway.internal.Services;
import dev.switchboard.protocol.Json;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code hello}: both sides say what they can do. */
@Component(service = FrameHandler.class, property = FrameHandler.TYPE + "=hello")
public final class HelloHandler extends RequestHandler implements PromptHandler {
    /** The version of the protocol. */
    public static final int PROTOCOL = 1;

    private static final List<String> CAPABILITIES = List.of(
            "replay", "history", "permissions", "interrupt", "queue", "sessions", "configure", "partial_messages");

    private final Services services;

    @Activate
    public HelloHandler(@Reference Services services) {
        super(RequestType.HELLO);
        this.services = services;
    }

    @Override
    void handle(Request request) {
        request.session().setCapabilities(request.fields().texts("capabilities"));
        Settings settings = services.settings();
        ObjectNode data = Json.object();
        data.put("protocol", PROTOCOL);
        data.put("server_version", services.version());
        ArrayNode capabilities = data.putArray("capabilities");
        CAPABILITIES.forEach(capabilities::add);
        ObjectNode limits = data.putObject("limits");
        limits.put("message_bytes", settings.get(ServerSettings.LIMITS_MESSAGE_BYTES));
        limits.put("requests_per_second", settings.get(ServerSettings.LIMITS_REQUESTS_PER_SECOND));
        limits.put("page_records", HistoryQuery.MAX_LIMIT);
        data.put("role", request.principal().role().wireName());
        request.reply("hello", data);
    }
}
