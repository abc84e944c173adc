package dev.switchboard.websocket.internal;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.Gateway;
import dev.switchboard.gateway.Gateway.Admission;
import dev.switchboard.websocket.internal.AccessGuard.Entrance;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;

/** Turns requests for {@value #PATH} into WebSocket connections, if the client may have one. */
final class Upgrades {
    /** Where the WebSocket endpoint is. */
    static final String PATH = "/ws";

    private static final int OUTPUT_BUFFER_BYTES = 64 * 1024;
    private static final Map<String, String> UPGRADE =
            Map.of("Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13");

    private final WebSocketMappings mappings;
    private final AccessGuard guard;
    private final Supplier<Gateway> gateway;
    private final EdgeTools tools;

    /** @param gateway the present one, or {@code null} */
    Upgrades(WebSocketMappings mappings, AccessGuard guard, Supplier<Gateway> gateway, EdgeTools tools) {
        this.mappings = mappings;
        this.guard = guard;
        this.gateway = gateway;
        this.tools = tools;
    }

    /**
     * Answers a request with the handshake.
     *
     * @throws HttpRefusal if there is to be no connection
     */
    void handle(Request request, Response response, Callback callback) {
        Proxies proxies = Proxies.of(tools.configuration().settings());
        Entrance entrance = Requests.entrance(request, proxies);
        guard.checkHost(Requests.host(request), entrance);
        guard.checkOrigin(Requests.origins(request), entrance);
        Gateway present = gateway.get();
        if (present == null) {
            throw HttpRefusal.unavailable("the server cannot take connections just now");
        }
        Negotiation negotiation = new Negotiation(present, proxies);
        boolean formallyRight = mappings.upgrade(negotiation, request, response, callback, null);
        if (negotiation.refusal != null) {
            throw negotiation.refusal;
        }
        if (!formallyRight) {
            throw new HttpRefusal(426, "this is a WebSocket endpoint, version 13", UPGRADE);
        }
    }

    /**
     * Lets Jetty take frames of any size: it then hands them over in pieces of its input buffer, and how large a
     * message may be is decided by its session. (What Jetty calls auto-fragmenting is, for what goes out, off without
     * a frame limit.)
     */
    private static void configure(Configuration settings) {
        settings.setAutoFragment(true);
        settings.setMaxFrameSize(0);
        settings.setMaxTextMessageSize(0);
        settings.setMaxBinaryMessageSize(0);
        settings.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
        settings.setIdleTimeout(Duration.ZERO); // the session's heartbeat has better ones
    }

    /** One handshake; Jetty calls it when the request is formally right. */
    private final class Negotiation implements WebSocketNegotiator {
        private final Gateway admitting;
        /** Why there is to be no connection; nothing has been answered then. */
        private HttpRefusal refusal;

        private final Proxies proxies;

        Negotiation(Gateway admitting, Proxies proxies) {
            this.admitting = admitting;
            this.proxies = proxies;
        }

        @Override
        public FrameHandler negotiate(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
            try {
                return admit(request);
            } catch (HttpRefusal e) {
                refusal = e;
            } catch (SwitchboardException e) {
                refusal = HttpRefusal.of(e);
            }
            return null;
        }

        private FrameHandler admit(Request request) {
            Admission admission = admitting.admit(Requests.connectRequest(request, proxies));
            ProgressEndPoint socket = Requests.socket(request);
            socket.upgraded();
            SocketConnection connection =
                    new SocketConnection(admitting, admission, Requests.remoteAddress(request, proxies), tools);
            tools.connections().add(connection);
            if (gateway.get() != admitting) {
                connection.orphan(); // it went between being asked and now
            }
            return new SocketReader(connection, socket, tools);
        }

        @Override
        public void customize(Configuration settings) {
            configure(settings);
        }
    }
}
