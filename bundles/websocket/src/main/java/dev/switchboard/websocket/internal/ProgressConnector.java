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

    /** @param first what a connection speaks at first; TLS is to come in here */
    ProgressConnector(Server server, LongSupplier nanoTime, LongAdder written, ConnectionFactory first) {
        super(server, 1, 1, first);
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
