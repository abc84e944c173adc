package dev.switchboard.websocket.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.gateway.Gateway;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.http.HttpResource;
import dev.switchboard.websocket.internal.ReadyNotice.Surroundings;
import java.time.Instant;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge towards clients: the port with its WebSocket endpoint and its HTTP resources. It outlives whatever is
 * swapped above and beside it: without a gateway, upgrades are refused.
 */
@Component(
        immediate = true,
        service = {})
public final class WebSocketEdge {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketEdge.class);
    private static final String DEMO_VARIABLE = "SWITCHBOARD_DEMO";
    private static final String RANKING = "service.ranking";
    private static final String ID = "service.id";

    private final Configuration configuration;
    private final SocketState state;
    private final HttpResources resources = new HttpResources();
    private volatile Gateway gateway;
    private volatile HealthMonitor monitor;
    private EdgeServer server;
    private ReadyNotice notice;

    @Activate
    public WebSocketEdge(@Reference Configuration configuration, @Reference SocketState state) {
        this.configuration = configuration;
        this.state = state;
    }

    /** Starts to listen; if that fails, the health check says why. */
    @Activate
    void start() {
        start(
                new Surroundings(
                        System.out,
                        Terminal.isWatched(),
                        Boolean.parseBoolean(System.getenv(DEMO_VARIABLE)),
                        BundleVersion.get(),
                        Instant.now()),
                WireWriter.forThisJetty());
    }

    void start(Surroundings surroundings, WireWriter writer) {
        try {
            server = EdgeServer.start(configuration, state, resources, () -> gateway, writer);
        } catch (StartFailure e) {
            LOG.error("the server does not listen: {}", e.getMessage());
            LOG.debug("the server does not listen", e);
            state.failed(e.getMessage());
            return;
        }
        LOG.info("listening on {}", server.name());
        state.listening(server.name());
        notice = new ReadyNotice(configuration.settings(), server.port(), surroundings);
        server.watch(configuration, this::giveNotice);
    }

    private void giveNotice() {
        HealthMonitor present = monitor;
        Gateway entrance = gateway;
        if (entrance != null && entrance.ready() && present != null && present.ready()) {
            notice.give();
        }
    }

    /** Closes the port and all connections. */
    @Deactivate
    void stop() {
        state.failed("the socket is closed");
        if (server != null) {
            notice.withdraw();
            server.stop();
            notice.withdraw(); // it may have been given while that began
            LOG.info("closed {}", server.name());
        }
    }

    /** The port that the server listens on. */
    int port() {
        return server.port();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGateway(Gateway service) {
        gateway = service;
    }

    void unbindGateway(Gateway service) {
        if (gateway == service) {
            gateway = null;
        }
        state.connections().forEach(connection -> {
            if (connection.belongsTo(service)) {
                connection.orphan();
            }
        });
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindMonitor(HealthMonitor service) {
        monitor = service;
    }

    void unbindMonitor(HealthMonitor service) {
        if (monitor == service) {
            monitor = null;
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindResource(HttpResource resource, Map<String, Object> properties) {
        resources.add(
                resource,
                number(properties, RANKING).intValue(),
                number(properties, ID).longValue());
    }

    void unbindResource(HttpResource resource) {
        resources.remove(resource);
    }

    private static Number number(Map<String, Object> properties, String name) {
        return properties.get(name) instanceof Number number ? number : 0;
    }
}
