package dev.switchboard.websocket.internal.tls;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names and addresses that clients may use for this server. */
final class ServerNames {
    private static final Logger LOG = LoggerFactory.getLogger(ServerNames.class);

    private ServerNames() {}

    /**
     * @param host what the server listens on; the addresses of this machine if that means all of them
     * @param publicUrl what clients see behind a proxy; may be empty
     */
    static List<String> of(String host, String publicUrl) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        String plain = host.replaceAll("[\\[\\]]", "");
        if (plain.equals("0.0.0.0") || plain.equals("::")) {
            names.addAll(own());
        } else {
            names.add(plain);
        }
        if (!publicUrl.isEmpty()) {
            String outside = URI.create(publicUrl).getHost();
            if (outside != null) {
                names.add(outside.replaceAll("[\\[\\]]", ""));
            }
        }
        names.removeIf(name -> !name.matches("[A-Za-z0-9.:-]+")); // what keytool would read as something else
        return List.copyOf(names);
    }

    private static List<String> own() {
        List<String> found = new ArrayList<>();
        try {
            found.add(InetAddress.getLocalHost().getHostName());
            NetworkInterface.networkInterfaces()
                    .flatMap(device -> device.getInterfaceAddresses().stream())
                    .map(InterfaceAddress::getAddress)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
                    .forEach(found::add);
        } catch (UnknownHostException | SocketException e) {
            LOG.warn("not every name of this machine could be found for the certificate: {}", e.toString());
        }
        return found;
    }
}
