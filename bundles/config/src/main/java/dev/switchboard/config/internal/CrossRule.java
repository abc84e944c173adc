package dev.switchboard.config.internal;

import static dev.switchboard.config.ServerSettings.AUTH_MODE;
import static dev.switchboard.config.ServerSettings.HOST;
import static dev.switchboard.config.ServerSettings.TLS_CERT;
import static dev.switchboard.config.ServerSettings.TLS_KEY;
import static dev.switchboard.config.ServerSettings.TLS_KEYSTORE;

import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.config.Setting;
import dev.switchboard.config.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Something that several keys have to fulfil together.
 *
 * @param violation what is said if they do not
 */
record CrossRule(Set<Setting<?>> keys, Predicate<Settings> fulfilled, String violation) {
    static final List<CrossRule> ALL = List.of(
            new CrossRule(
                    Set.of(AUTH_MODE, HOST),
                    settings -> settings.get(AUTH_MODE) != AuthMode.NONE || isLoopback(settings.get(HOST)),
                    "auth.mode = \"none\" is not valid with this host: expected host = \"localhost\" or another loopback"
                            + " address, or auth.mode = \"token\""),
            new CrossRule(
                    Set.of(TLS_CERT, TLS_KEY),
                    settings -> settings.get(TLS_CERT).isEmpty()
                            == settings.get(TLS_KEY).isEmpty(),
                    "tls.cert and tls.key are not valid one without the other: expected both, or neither"),
            new CrossRule(
                    Set.of(TLS_KEYSTORE, TLS_CERT),
                    settings -> settings.get(TLS_KEYSTORE).isEmpty()
                            || settings.get(TLS_CERT).isEmpty(),
                    "tls.keystore and tls.cert are not valid together: expected one of them"));

    /** Whether only this machine can reach it. Names are not looked up: what they mean could change any time. */
    static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        boolean literal =
                host.matches("\\d{1,3}(\\.\\d{1,3}){3}") || host.matches("\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");
        try {
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
