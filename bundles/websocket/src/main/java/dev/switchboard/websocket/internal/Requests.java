package dev.switchboard.websocket.internal;

import dev.switchboard.gateway.Gateway.ConnectRequest;
import dev.switchboard.websocket.internal.AccessGuard.Entrance;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** What the edge reads from a request. */
final class Requests {
    static final String TOKEN_PARAMETER = "token";
    private static final String BEARER = "Bearer ";

    private Requests() {}

    /** Where a request came in; a trusted proxy tells how it came to itself. */
    static Entrance entrance(Request request, Proxies proxies) {
        InetSocketAddress local =
                (InetSocketAddress) request.getConnectionMetaData().getLocalSocketAddress();
        boolean encryptedBefore = "https".equalsIgnoreCase(request.getHeaders().get(HttpHeader.X_FORWARDED_PROTO))
                && proxies.trusts(peer(request));
        return new Entrance(
                local.getAddress().getHostAddress(), local.getPort(), request.isSecure() || encryptedBefore);
    }

    /** The socket that a request came over. */
    static ProgressEndPoint socket(Request request) {
        return ProgressEndPoint.under(
                request.getConnectionMetaData().getConnection().getEndPoint());
    }

    /** The address of whoever is at the other end of the connection. */
    static InetAddress peer(Request request) {
        return ((InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress()).getAddress();
    }

    /** The same for the log. */
    static String peerText(Request request) {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "unknown";
    }

    /** The client's address without port: the peer's, or the one that trusted proxies speak for. */
    static String remoteAddress(Request request, Proxies proxies) {
        List<String> forwardedFor = request.getHeaders().getValuesList(HttpHeader.X_FORWARDED_FOR).stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .toList();
        return proxies.client(peer(request), forwardedFor).getHostAddress();
    }

    /** Whether the peer is on this machine. */
    static boolean isLoopback(Request request) {
        return peer(request).isLoopbackAddress();
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

    static ConnectRequest connectRequest(Request request, Proxies proxies) {
        return new ConnectRequest(remoteAddress(request, proxies), token(request));
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
