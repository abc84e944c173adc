package dev.switchboard.websocket.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.Gateway;
import dev.switchboard.gateway.Gateway.ConnectRequest;
import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import dev.switchboard.websocket.internal.AccessGuard.Entrance;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/** Answers plain HTTP requests from the resources that bundles offer. */
final class ResourceRequests {
    private static final Set<String> SECRET_HEADERS = Set.of("authorization", "proxy-authorization", "cookie");
    private static final Set<String> METHODS = Set.of("GET", "HEAD");

    private final HttpResources resources;
    private final AccessGuard guard;
    private final Supplier<Gateway> gateway;
    private final Configuration configuration;

    /** @param gateway the present one, or {@code null} */
    ResourceRequests(
            HttpResources resources, AccessGuard guard, Supplier<Gateway> gateway, Configuration configuration) {
        this.resources = resources;
        this.guard = guard;
        this.gateway = gateway;
        this.configuration = configuration;
    }

    /**
     * Answers a request.
     *
     * @throws HttpRefusal if it is not to be answered otherwise
     */
    void handle(Request request, Response response, Callback callback) {
        String path = Optional.ofNullable(request.getHttpURI().getDecodedPath()).orElse("/");
        HttpResource resource =
                resources.find(path).orElseThrow(() -> new HttpRefusal(404, "there is nothing at this path"));
        HttpAccess access = resource.access();
        Proxies proxies = Proxies.of(configuration.settings());
        checkNames(request, access, proxies);
        if (!METHODS.contains(request.getMethod())) {
            throw new HttpRefusal(405, "this can only be read, with GET or HEAD", Map.of("Allow", "GET, HEAD"));
        }
        ConnectRequest asking = Requests.connectRequest(request, proxies);
        Optional<Principal> principal =
                access.role().flatMap(role -> authenticate(asking, role, access.tokenOptional()));
        HttpReply reply = resource.handle(query(request, path, asking, principal));
        boolean cacheable = principal.isEmpty() && asking.token().isEmpty();
        HttpReplies.write(reply, cacheable, response, callback);
    }

    private void checkNames(Request request, HttpAccess access, Proxies proxies) {
        Entrance entrance = Requests.entrance(request, proxies);
        if (!access.anyHost()) {
            guard.checkHost(Requests.host(request), entrance);
        }
        if (access.role().isPresent()) {
            guard.checkOrigin(Requests.origins(request), entrance);
        }
    }

    private Optional<Principal> authenticate(ConnectRequest asking, Role role, boolean tokenOptional) {
        boolean mayBeNobody = tokenOptional && asking.token().isEmpty();
        try {
            Gateway present = gateway.get();
            if (present == null) {
                throw new SwitchboardException(ErrorCode.SERVICE_UNAVAILABLE, "nobody can be authenticated just now");
            }
            Principal principal = present.authenticate(asking);
            if (!principal.role().covers(role)) {
                throw new HttpRefusal(403, "this needs the role " + role.wireName());
            }
            return Optional.of(principal);
        } catch (SwitchboardException e) {
            if (mayBeNobody && e.code() != ErrorCode.PERMISSION_DENIED) {
                return Optional.empty();
            }
            throw HttpRefusal.of(e);
        }
    }

    private static HttpQuery query(Request request, String path, ConnectRequest asking, Optional<Principal> principal) {
        Map<String, List<String>> parameters = new HashMap<>();
        for (Fields.Field field : Requests.parameters(request)) {
            if (!field.getName().equals(Requests.TOKEN_PARAMETER)) {
                parameters.put(field.getName(), List.copyOf(field.getValues()));
            }
        }
        Map<String, String> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            String name = field.getName().toLowerCase(Locale.ROOT);
            if (!SECRET_HEADERS.contains(name)) {
                headers.merge(name, String.valueOf(field.getValue()), (first, next) -> first + ", " + next);
            }
        }
        return new HttpQuery(request.getMethod(), path, parameters, headers, asking.remoteAddress(), principal);
    }
}
