package dev.switchboard.websocket.internal;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.gateway.Gateway;
import dev.switchboard.websocket.internal.tls.TlsContext;
import dev.switchboard.websocket.internal.tls.TlsException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.DecoratedObjectFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.WebSocketExtensionRegistry;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running Jetty server with everything that belongs to it, from its start to its end. */
final class EdgeServer {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeServer.class);

    private static final int MAX_THREADS = 64;
    private static final int MIN_THREADS = 4;
    /** What Jetty would take by itself. */
    private static final int THREAD_IDLE_MILLIS = 60_000;
    /** As many as Jetty finds right for the processors. */
    private static final int RESERVED_THREADS = -1;

    private static final long HTTP_IDLE_MILLIS = 30_000;
    private static final long SWEEP_MILLIS = 200;
    private static final long OVERDUE_MILLIS = 1000;
    /** How long clients may take to answer the close at the end. */
    private static final long FAREWELL_MILLIS = 2_000;

    private final ListeningSockets sockets;
    private final Connections connections;
    private final Server server;
    private final TlsContext tls;
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(new NamedThreads("switchboard-websocket-sweep"));

    /** Those that the times of the next visits were reckoned with. */
    private Settings known;

    private EdgeServer(ListeningSockets sockets, Connections connections, Server server, TlsContext tls) {
        this.sockets = sockets;
        this.connections = connections;
        this.server = server;
        this.tls = tls;
    }

    /**
     * Starts to listen.
     *
     * @param gateway the present one, or {@code null}
     * @throws StartFailure if that is impossible
     */
    static EdgeServer start(
            Configuration configuration,
            SocketState state,
            HttpResources resources,
            Supplier<Gateway> gateway,
            WireWriter writer) {
        Settings settings = configuration.settings();
        TlsContext tls = tls(settings);
        ListeningSockets sockets =
                ListeningSockets.open(settings.get(ServerSettings.HOST), settings.get(ServerSettings.PORT));
        Server server = newServer();
        EdgeTools tools = new EdgeTools(configuration, state.connections(), state.figures(), System::nanoTime, writer);
        AccessGuard guard = new AccessGuard(configuration);
        Upgrades upgrades = new Upgrades(new WebSocketMappings(components(server)), guard, gateway, tools);
        server.setHandler(new RequestHandler(
                new TransportRule(configuration),
                upgrades,
                new ResourceRequests(resources, guard, gateway, configuration),
                state.figures()));
        EdgeServer edge = new EdgeServer(sockets, state.connections(), server, tls);
        edge.listen(tools);
        return edge;
    }

    private static TlsContext tls(Settings settings) {
        try {
            return TlsContext.of(settings, System::nanoTime);
        } catch (TlsException e) {
            throw new StartFailure(e.getMessage(), e);
        }
    }

    private static Server newServer() {
        // Threads of ours: one that is made while a request is handled must not be taken for that request's in the log.
        QueuedThreadPool pool = new QueuedThreadPool(
                MAX_THREADS,
                MIN_THREADS,
                THREAD_IDLE_MILLIS,
                RESERVED_THREADS,
                null,
                null,
                new NamedThreads("switchboard-websocket"));
        pool.setName("switchboard-websocket");
        Server server = new Server(
                pool, new ScheduledExecutorScheduler("switchboard-websocket-timer", true), new ArrayByteBufferPool());
        server.setErrorHandler(new PlainErrors());
        server.setStopTimeout(0); // the sessions have been closed before
        return server;
    }

    /** WebSocket without any extension: compression would cost eight times what it is worth here. */
    private static WebSocketComponents components(Server server) {
        WebSocketExtensionRegistry extensions = new WebSocketExtensionRegistry();
        List.copyOf(extensions.getAvailableExtensionNames()).forEach(extensions::unregister);
        ByteBufferPool buffers = server.getByteBufferPool();
        WebSocketComponents components = new WebSocketComponents(
                extensions, new DecoratedObjectFactory(), buffers, null, null, server.getThreadPool());
        server.addBean(components);
        return components;
    }

    private void listen(EdgeTools tools) {
        try {
            for (ServerSocketChannel channel : sockets.channels()) {
                HttpConnectionFactory http = http();
                SslConnectionFactory ssl = new SslConnectionFactory(tls.factory(), http.getProtocol());
                // The first byte of a connection tells whether it is TLS.
                ServerConnector connector = new ProgressConnector(
                        server, tools.nanoTime(), tools.figures().bytesSent, new DetectorConnectionFactory(ssl), http);
                connector.setIdleTimeout(HTTP_IDLE_MILLIS);
                connector.setHost(channel.socket().getInetAddress().getHostAddress()); // what Jetty's log says
                connector.open(channel);
                server.addConnector(connector);
            }
            server.start();
        } catch (Exception e) { // Jetty declares it
            stop();
            throw new StartFailure("cannot listen on " + sockets + ": " + e.getMessage(), e);
        }
    }

    private static HttpConnectionFactory http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        SecureRequestCustomizer secure = new SecureRequestCustomizer();
        secure.setSniHostCheck(
                false); // the Host header is checked for all requests, against more names than a certificate has
        http.addCustomizer(secure);
        return new HttpConnectionFactory(http);
    }

    /** Watches over the connections' time limits, and calls a further task as often. */
    void watch(Configuration configuration, Runnable task) {
        sweeper.scheduleWithFixedDelay(
                () -> {
                    guarded(() -> lookAfter(configuration.settings()));
                    guarded(tls::refresh);
                    guarded(task);
                },
                SWEEP_MILLIS,
                SWEEP_MILLIS,
                TimeUnit.MILLISECONDS);
        sweeper.scheduleWithFixedDelay(
                () -> guarded(this::closeOverdue), OVERDUE_MILLIS, OVERDUE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void lookAfter(Settings settings) {
        long now = System.nanoTime();
        ToLongFunction<SocketConnection> visit = connection -> {
            guarded(() -> connection.enforceLimits(settings));
            return now + connection.untilNext(settings);
        };
        if (settings == known) {
            connections.agenda().round(now, visit);
        } else {
            connections.agenda().roundOfAll(now, visit);
            known = settings;
        }
    }

    /** Whoever connects and does not ask for anything would hold a descriptor for as long as they like. */
    private void closeOverdue() {
        for (Connector connector : server.getConnectors()) {
            for (EndPoint endPoint : connector.getConnectedEndPoints()) {
                if (endPoint instanceof ProgressEndPoint socket && socket.isOverdue()) {
                    socket.close();
                }
            }
        }
    }

    /** One connection's failure must not end the watch over all. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("watching over the connections failed", e);
        }
    }

    int port() {
        return sockets.port();
    }

    /** Where it listens, for people. */
    String name() {
        return sockets.toString();
    }

    /** Takes no further connections, says goodbye to the others, and leaves no thread and no socket behind. */
    void stop() {
        for (Connector connector : server.getConnectors()) {
            ((ServerConnector) connector).close();
        }
        sockets.close();
        connections.forEach(connection -> connection.close(CloseReason.SHUTDOWN));
        awaitFarewell();
        connections.forEach(SocketConnection::abort);
        try {
            endSweeper();
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) { // Jetty declares it
            LOG.warn("the server did not stop cleanly", e);
        }
    }

    private void endSweeper() throws InterruptedException {
        sweeper.shutdownNow();
        if (!sweeper.awaitTermination(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
            LOG.warn("the watch over the connections does not end");
        }
    }

    private void awaitFarewell() {
        try {
            if (!connections.awaitNone(FAREWELL_MILLIS)) {
                LOG.info("{} clients did not answer the close and are cut off", connections.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
