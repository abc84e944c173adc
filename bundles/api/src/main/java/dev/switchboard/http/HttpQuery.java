package dev.switchboard.http;

import dev.switchboard.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A request, its limits and permissions already checked; a snapshot.
 *
 * @param method {@code GET}, {@code HEAD}…
 * @param path decoded and normalised, without the query
 * @param parameters of the query string, without the token
 * @param headers names in lower case, without those that carry secrets
 * @param remoteAddress the peer's address without port, as far as it can be trusted
 * @param principal who asks, if they have a valid token
 */
public record HttpQuery(
        String method,
        String path,
        Map<String, List<String>> parameters,
        Map<String, String> headers,
        String remoteAddress,
        Optional<Principal> principal) {
    public HttpQuery {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        parameters = Map.copyOf(parameters);
        headers = Map.copyOf(headers);
        Objects.requireNonNull(remoteAddress, "remoteAddress");
        Objects.requireNonNull(principal, "principal");
    }
}
