package dev.switchboard.websocket.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks which names requests may use for this server ({@code Host}, against DNS rebinding) and which web pages may
 * connect ({@code Origin}, against other sites in a user's browser). The server's own names are those of its address
 * and {@code localhost}, always with its port.
 */
final class AccessGuard {
    private static final Pattern URL = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://([^/]+)(?:/.*)?");
    private static final Pattern ORIGIN = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://([^/]+)");
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    private final Configuration configuration;

    AccessGuard(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * Where a request came in.
     *
     * @param address the server's own, without port
     * @param secure whether the connection is encrypted
     */
    record Entrance(String address, int port, boolean secure) {
        String scheme() {
            return secure ? "https" : "http";
        }
    }

    /**
     * Checks the {@code Host} header.
     *
     * @throws HttpRefusal if it is not allowed
     */
    void checkHost(String host, Entrance entrance) {
        Settings settings = configuration.settings();
        Optional<Authority> named = Optional.ofNullable(host).flatMap(Authority::parse);
        if (named.filter(name ->
                        isOwn(name.withDefaultPort(entrance.scheme()), settings, entrance) || isListed(name, settings))
                .isEmpty()) {
            throw new HttpRefusal(
                    403, "this server does not go by the name in the Host header; hosts.allowed lists further names");
        }
    }

    private static boolean isOwn(Authority name, Settings settings, Entrance entrance) {
        return ownHosts(settings, entrance)
                .anyMatch(host -> Authority.of(host, entrance.port()).allows(name));
    }

    private static Stream<String> ownHosts(Settings settings, Entrance entrance) {
        return Stream.concat(LOOPBACK.stream(), Stream.of(settings.get(ServerSettings.HOST), entrance.address()));
    }

    /** A name without a port is allowed with any: which port a proxy uses is its own business. */
    private static boolean isListed(Authority name, Settings settings) {
        Stream<Authority> listed =
                settings.get(ServerSettings.HOSTS_ALLOWED).stream().flatMap(entry -> Authority.parse(entry).stream());
        return Stream.concat(listed, publicAuthority(settings).stream())
                .anyMatch(entry -> entry.host().equals(name.host())
                        && (entry.anyPort()
                                || entry.port().isEmpty()
                                || entry.port().equals(name.port())));
    }

    private static Optional<Authority> publicAuthority(Settings settings) {
        Matcher url = URL.matcher(settings.get(ServerSettings.PUBLIC_URL));
        return url.matches() ? Authority.parse(url.group(2)) : Optional.empty();
    }

    /**
     * Checks the {@code Origin} headers of a request.
     *
     * @param origins none is fine: then it is no browser that asks
     * @throws HttpRefusal if there are several, or one that is not allowed
     */
    void checkOrigin(List<String> origins, Entrance entrance) {
        if (origins.isEmpty()) {
            return;
        }
        Settings settings = configuration.settings();
        if (origins.size() > 1 || !isAllowedOrigin(origins.get(0), settings, entrance)) {
            throw new HttpRefusal(403, "pages of this origin may not connect; origins.allowed lists those that may");
        }
    }

    private static boolean isAllowedOrigin(String origin, Settings settings, Entrance entrance) {
        Matcher matcher = ORIGIN.matcher(origin);
        if (!matcher.matches()) {
            return false;
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        Optional<Authority> authority = Authority.parse(matcher.group(2)).map(host -> host.withDefaultPort(scheme));
        if (authority.isEmpty() || authority.get().anyPort()) {
            return false;
        }
        boolean own = scheme.equals(entrance.scheme()) && isOwn(authority.get(), settings, entrance);
        return own || allowedOrigins(settings).anyMatch(entry -> allows(entry, scheme, authority.get()));
    }

    private static Stream<String> allowedOrigins(Settings settings) {
        return Stream.concat(
                settings.get(ServerSettings.ORIGINS_ALLOWED).stream(),
                Stream.of(settings.get(ServerSettings.PUBLIC_URL)));
    }

    private static boolean allows(String entry, String scheme, Authority authority) {
        Matcher matcher = URL.matcher(entry);
        return matcher.matches()
                && matcher.group(1).equalsIgnoreCase(scheme)
                && Authority.parse(matcher.group(2))
                        .filter(allowed -> allowed.withDefaultPort(scheme).allows(authority))
                        .isPresent();
    }
}
