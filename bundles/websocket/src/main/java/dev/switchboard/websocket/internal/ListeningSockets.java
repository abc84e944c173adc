package dev.switchboard.websocket.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that the server listens on, all with one port.
 *
 * @param port the one that was asked for, or the free one that was found
 */
record ListeningSockets(List<ServerSocketChannel> channels, int port) {
    private static final Logger LOG = LoggerFactory.getLogger(ListeningSockets.class);

    /** A free port of one address may be taken at the other; so many are tried. */
    private static final int ATTEMPTS = 20;

    private static final int BACKLOG = 128;

    /**
     * Binds them.
     *
     * @param host {@code localhost} means 127.0.0.1 and, where there is one, ::1
     * @param port 0 picks a free one
     * @throws StartFailure if that is impossible
     */
    static ListeningSockets open(String host, int port) {
        List<InetAddress> addresses = addresses(host);
        for (int attempt = 1; ; attempt++) {
            try {
                return bind(addresses, port);
            } catch (BindException e) {
                if (port != 0 || attempt == ATTEMPTS) {
                    throw new StartFailure(
                            "port = " + port + " of host = \"" + host + "\" cannot be used: " + e.getMessage()
                                    + "; stop what uses it, or set another port",
                            e);
                }
            } catch (IOException e) {
                throw new StartFailure("cannot listen on host = \"" + host + "\": " + e.getMessage(), e);
            }
        }
    }

    private static List<InetAddress> addresses(String host) {
        try {
            if (!host.equals("localhost")) {
                return List.of(InetAddress.getByName(host));
            }
            List<InetAddress> addresses = new ArrayList<>(List.of(InetAddress.getByName("127.0.0.1")));
            InetAddress six = InetAddress.getByName("::1");
            if (isAvailable(six)) {
                addresses.add(six);
            }
            return addresses;
        } catch (UnknownHostException e) {
            throw new StartFailure("host = \"" + host + "\" is not valid: no such host; localhost would be right", e);
        }
    }

    private static boolean isAvailable(InetAddress address) {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            probe.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (IOException e) {
            LOG.debug("{} is not available", address, e);
            return false;
        }
    }

    private static ListeningSockets bind(List<InetAddress> addresses, int port) throws IOException {
        List<ServerSocketChannel> channels = new ArrayList<>();
        int bound = port;
        boolean complete = false;
        try {
            for (InetAddress address : addresses) {
                ServerSocketChannel channel = ServerSocketChannel.open();
                channels.add(channel);
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(new InetSocketAddress(address, bound), BACKLOG);
                bound = channel.socket().getLocalPort();
            }
            complete = true;
            return new ListeningSockets(channels, bound);
        } finally {
            if (!complete) {
                close(channels);
            }
        }
    }

    void close() {
        close(channels);
    }

    private static void close(List<ServerSocketChannel> channels) {
        for (ServerSocketChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("{} cannot be closed", channel, e);
            }
        }
    }

    /** The addresses with the port, for people. */
    @Override
    public String toString() {
        return String.join(" and ", channels.stream().map(this::name).toList());
    }

    private String name(ServerSocketChannel channel) {
        InetAddress address = channel.socket().getInetAddress();
        return Authority.of(address.getHostAddress(), port).toString();
    }
}
