package dev.switchboard.websocket.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.TlsMode;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;

/** Which requests may come without TLS: what is not encrypted must not have left the machine, or must come from the proxy. */
final class TransportRule {
    /** What proxies say that they have passed something on with (RFC 7239, and what was usual before it). */
    private static final List<String> FORWARDED =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP");

    private static final Map<String, String> UPGRADE = Map.of("Upgrade", "TLS/1.2", "Connection", "Upgrade");

    private final Configuration configuration;

    TransportRule(Configuration configuration) {
        this.configuration = configuration;
    }

    /** @throws HttpRefusal if the request may not come like this */
    void check(Request request) {
        if (request.isSecure()) {
            return;
        }
        TlsMode mode = configuration.settings().get(ServerSettings.TLS_MODE);
        boolean near = Requests.isLoopback(request);
        switch (mode) {
            case AUTO -> {
                if (!near) {
                    throw refusal("from elsewhere this server is reached with https and wss only");
                }
                HttpFields headers = request.getHeaders();
                if (FORWARDED.stream().anyMatch(headers::contains)) {
                    throw refusal("this request was passed on by a proxy; tls.mode = proxy is for servers behind one");
                }
            }
            case REQUIRED -> throw refusal("this server is reached with https and wss only");
            case PROXY -> {
                if (!near && !Proxies.of(configuration.settings()).trusts(Requests.peer(request))) {
                    throw refusal("this server is reached through its proxy only; proxies.trusted lists it");
                }
            }
        }
    }

    private static HttpRefusal refusal(String text) {
        return new HttpRefusal(426, text, UPGRADE);
    }
}
