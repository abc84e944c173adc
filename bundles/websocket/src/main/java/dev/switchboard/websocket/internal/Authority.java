package dev.switchboard.websocket.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and perhaps a port, as in a {@code Host} header or a URL.
 *
 * @param host in lower case; an IPv6 address in brackets
 * @param port empty if none is named
 * @param anyPort whether {@code *} stands for the port, as in a list of what is allowed
 */
record Authority(String host, OptionalInt port, boolean anyPort) {
    private static final Pattern FORM = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\[\\]:/@\\s]+)(?::(\\d{1,5}|\\*))?");

    private static final Pattern ZEROS = Pattern.compile("(?:^|:)0(?::0)+(?::|$)");

    /** Reads {@code host}, {@code host:port} or {@code host:*}; empty if it is none of these. */
    static Optional<Authority> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String port = matcher.group(2);
        boolean any = "*".equals(port);
        OptionalInt number = port == null || any ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port));
        return Optional.of(new Authority(normal(matcher.group(1)), number, any));
    }

    static Authority of(String host, int port) {
        return new Authority(normal(bracketed(host)), OptionalInt.of(port), false);
    }

    /** In lower case, and an IPv6 address in one form, so that one address has one text. */
    private static String normal(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("[")) {
            return lower;
        }
        try {
            String address = InetAddress.getByName(lower).getHostAddress(); // a literal: nobody is asked
            return "[" + ZEROS.matcher(address).replaceFirst("::") + "]";
        } catch (UnknownHostException e) {
            return lower;
        }
    }

    /** An IPv6 address in brackets, without a zone; anything else as it is. */
    static String bracketed(String host) {
        return host.indexOf(':') < 0 || host.startsWith("[") ? host : "[" + host.replaceFirst("%.*", "") + "]";
    }

    /** With the port that a scheme implies if none is named. */
    Authority withDefaultPort(String scheme) {
        int implied = scheme.equals("https") || scheme.equals("wss") ? 443 : 80;
        return port.isPresent() || anyPort ? this : new Authority(host, OptionalInt.of(implied), false);
    }

    /** As in a URL. */
    @Override
    public String toString() {
        return host + (anyPort ? ":*" : port.isPresent() ? ":" + port.getAsInt() : "");
    }

    /** Whether this, as an entry of a list, allows the other. */
    boolean allows(Authority other) {
        return host.equals(other.host) && (anyPort || port.equals(other.port));
    }
}
