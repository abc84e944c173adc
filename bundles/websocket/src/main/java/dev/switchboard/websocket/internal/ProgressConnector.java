package dev.switchboard.websocket.internal;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Listens on one address and makes {@link ProgressEndPoint}s of what connects. */
final class ProgressConnector extends ServerConnector {
    private final LongSupplier nanoTime;
    private final LongAdder written;

    /** @param protocols what a connection may speak, in the order of {@link ServerConnector} */
    ProgressConnector(Server server, LongSupplier nanoTime, LongAdder written, ConnectionFactory... protocols) {
        super(server, 1, 1, protocols);
        this.nanoTime = nanoTime;
        this.written = written;
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint =
                new ProgressEndPoint(channel, selector, key, getScheduler(), nanoTime, written);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }
}
