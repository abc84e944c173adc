package dev.switchboard.websocket.internal;

import dev.switchboard.gateway.Gateway.ConnectRequest;
import dev.switchboard.websocket.internal.AccessGuard.Entrance;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** What the edge reads from a request. */
final class Requests {
    static final String TOKEN_PARAMETER = "token";
    private static final String BEARER = "Bearer ";

    private Requests() {}

    static Entrance entrance(Request request) {
        InetSocketAddress local =
                (InetSocketAddress) request.getConnectionMetaData().getLocalSocketAddress();
        return new Entrance(local.getAddress().getHostAddress(), local.getPort(), request.isSecure());
    }

    /** The peer's address without port. */
    static String remoteAddress(Request request) {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "unknown";
    }

    static List<String> origins(Request request) {
        return request.getHeaders().getValuesList(HttpHeader.ORIGIN);
    }

    static String host(Request request) {
        return request.getHeaders().get(HttpHeader.HOST);
    }

    /**
     * The parameters of the query string.
     *
     * @throws HttpRefusal if they are not encoded as they should be
     */
    static Fields parameters(Request request) {
        try {
            return Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw new HttpRefusal(400, "the query string is not valid");
        }
    }

    static ConnectRequest connectRequest(Request request) {
        return new ConnectRequest(remoteAddress(request), token(request));
    }

    /** The secret from the {@code Authorization} header, otherwise from the query. */
    private static Optional<String> token(Request request) {
        String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.of(header.substring(BEARER.length()).strip());
        }
        return Optional.ofNullable(parameters(request).getValue(TOKEN_PARAMETER))
                .filter(token -> !token.isEmpty());
    }
}
