package dev.switchboard.gateway.internal;

import dev.switchboard.audit.AuditActor;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.gateway.ClientConnection;
import dev.switchboard.gateway.ClientSession;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.gateway.Gateway;
import dev.switchboard.gateway.internal.Access.Identity;
import dev.switchboard.gateway.internal.output.Flusher;
import dev.switchboard.gateway.internal.output.OutputRuntime;
import dev.switchboard.gateway.internal.output.Sources;
import dev.switchboard.gateway.internal.output.Traffic;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.schema.AsyncApi.RequestType;
import dev.switchboard.protocol.schema.MessageSchemas;
import dev.switchboard.security.Authenticator;
import dev.switchboard.security.Principal;
import dev.switchboard.security.PrincipalListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway: puts its parts together, lets clients in, and looks after their sessions until it goes. */
@Component(immediate = true)
public final class SessionGateway implements Gateway, ExecutionListener, PrincipalListener, MetricSource, RequestTypes {
    private static final Logger LOG = LoggerFactory.getLogger(SessionGateway.class);

    private static final int CODE_GOING_AWAY = 1001;
    private static final String GOING_AWAY = "Server shutting down";

    /** Requests wait for disks and authenticators now and then; more threads than cores, but no more than a few. */
    private static final int POOL_THREADS = 8;

    private static final long STOP_SECONDS = 2;

    private final Services services;
    private final LongSupplier nanoTime;
    private final Handlers handlers = new Handlers();
    private final Ranked<Authenticator> authenticators = new Ranked<>();
    private final Registry registry = new Registry();
    private final Traffic traffic = new Traffic();
    private final ConnectionLimits limits = new ConnectionLimits();
    private final ConnectRates rates;
    private final Flusher flusher = new Flusher();
    private final ExecutorService pool =
            Executors.newFixedThreadPool(POOL_THREADS, new NamedThreads("switchboard-gateway"));
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, new NamedThreads("switchboard-gateway-timer"));
    private final EventBridge bridge;
    private final Access access;
    private final Core core;
    private final Housekeeping housekeeping;
    private final ConnectionRegistry connections;
    private ServiceRegistration<ConnectionRegistry> registration;
    private final Runnable onBroadcaster = this::broadcasterChanged;
    private volatile boolean going;

    @Activate
    public SessionGateway(@Reference Services services) {
        this(services, System::nanoTime);
    }

    SessionGateway(Services services, LongSupplier nanoTime) {
        this.services = services;
        this.nanoTime = nanoTime;
        this.rates = new ConnectRates(nanoTime);
        this.bridge = new EventBridge(services, registry);
        this.access = new Access(services, authenticators);
        OutputRuntime output =
                OutputRuntime.of(new LiveSources(), flusher, pool, timer, traffic, nanoTime, services.clock());
        Router router = new Router(services, handlers);
        this.core = new Core(services, access, router, registry, limits, output, traffic, pool, nanoTime);
        Statistics statistics = new Statistics(services, registry, traffic, nanoTime);
        this.connections = new OpenConnections(registry, statistics);
        this.housekeeping = new Housekeeping(services, registry, access, statistics, rates, output, pool, nanoTime);
    }

    @Activate
    void start(BundleContext context) {
        activate();
        registration = context.registerService(ConnectionRegistry.class, connections, null);
    }

    void activate() {
        timer.setRemoveOnCancelPolicy(true);
        timer.scheduleWithFixedDelay(
                housekeeping::tick, Housekeeping.PERIOD_MILLIS, Housekeeping.PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        flusher.start();
        services.onBroadcaster(onBroadcaster);
    }

    /** Closes every connection and lets everything go; takes a few seconds at most. */
    @Deactivate
    void deactivate() {
        going = true;
        if (registration != null) {
            registration.unregister();
        }
        services.removeOnBroadcaster(onBroadcaster);
        timer.shutdownNow();
        List<Session> open = List.copyOf(registry.all());
        open.forEach(session -> session.close(CODE_GOING_AWAY, GOING_AWAY));
        flusher.stop();
        open.forEach(session -> session.shutDown(CODE_GOING_AWAY, GOING_AWAY));
        pool.shutdown();
        try {
            if (!pool.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("requests are still under way while the gateway goes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Core core() {
        return core;
    }

    ConnectionRegistry connections() {
        return connections;
    }

    ConnectRates rates() {
        return rates;
    }

    /** Has the timer's thread do now what it does now and then, and waits for it. */
    void housekeep() throws InterruptedException, ExecutionException {
        timer.submit(housekeeping::tick).get();
    }

    // Letting clients in.

    @Override
    public Admission admit(ConnectRequest request) {
        String network = ClientNetwork.of(request.remoteAddress());
        Settings settings = services.settings();
        rates.take(network, settings);
        Optional<Identity> identity;
        try {
            identity = access.identify(request.token(), request.remoteAddress());
        } catch (SwitchboardException e) {
            refused("connect", request, e);
            throw e;
        }
        return new Place(identity, limits.acquire(network, identity, settings));
    }

    @Override
    public ClientSession open(Admission admission, ClientConnection connection) {
        Place place = (Place) admission;
        if (!place.used.compareAndSet(false, true)) {
            throw new IllegalStateException("the admission was used or closed before");
        }
        Session session = new Session(core, connection, place.permit, place.identity);
        registry.add(session);
        if (going) {
            session.shutDown(CODE_GOING_AWAY, GOING_AWAY);
        }
        session.opened();
        return session;
    }

    @Override
    public Principal authenticate(ConnectRequest request) {
        if (request.token().isEmpty() || access.isOpen()) {
            return access.identify(request.token(), request.remoteAddress())
                    .orElseThrow(() -> Access.unauthorized("a token is needed"))
                    .principal();
        }
        String network = ClientNetwork.of(request.remoteAddress());
        Settings settings = services.settings();
        rates.check(network, settings);
        try {
            return access.identify(request.token(), request.remoteAddress())
                    .orElseThrow()
                    .principal();
        } catch (SwitchboardException e) {
            if (e.code() == ErrorCode.UNAUTHORIZED) {
                rates.take(network, settings); // guessing is no faster here than with a socket
            }
            refused("http_request", request, e);
            throw e;
        }
    }

    /** Somebody has shown a token that is not good; how often they can is bounded by {@link ConnectRates}. */
    private void refused(String action, ConnectRequest request, SwitchboardException why) {
        if (why.code() == ErrorCode.UNAUTHORIZED) {
            AuditActor somebody = AuditActor.client(Optional.empty(), request.remoteAddress());
            services.audit(AuditRecord.of(action, somebody).failed(why.code()));
        }
    }

    @Override
    public boolean ready() {
        return access.isReady()
                && handlers.all().keySet().containsAll(MessageSchemas.open().requestTypes());
    }

    /** The right to one connection. */
    private static final class Place implements Admission {
        private final Optional<Identity> identity;
        private final ConnectionLimits.Permit permit;
        private final AtomicBoolean used = new AtomicBoolean();

        Place(Optional<Identity> identity, ConnectionLimits.Permit permit) {
            this.identity = identity;
            this.permit = permit;
        }

        @Override
        public Optional<Principal> principal() {
            return identity.map(Identity::principal);
        }

        @Override
        public void close() {
            if (used.compareAndSet(false, true)) {
                permit.release();
            }
        }
    }

    // Events.

    @Override
    public void on(ExecutionEvent event) {
        if (event instanceof ExecutionEvent.LogReplaced || event instanceof ExecutionEvent.Deleted) {
            core.output().forget(event.project());
        }
        bridge.on(event);
    }

    @Override
    public void revoked(Predicate<Principal> whom) {
        registry.all().stream()
                .filter(session -> session.principal().filter(whom).isPresent())
                .forEach(session -> session.turnAway("the token was revoked"));
    }

    private void broadcasterChanged() {
        registry.all().forEach(session -> session.outbox().sourceChanged());
    }

    /** Where sessions get records from. */
    private final class LiveSources implements Sources {
        @Override
        public Optional<Broadcaster> broadcaster() {
            return services.broadcaster();
        }

        @Override
        public ProjectService projects() {
            return services.projects();
        }

        @Override
        public long lastPublished(ProjectId project) {
            return bridge.last(project);
        }

        @Override
        public long queueLimit() {
            return services.settings().get(ServerSettings.LIMITS_QUEUE_BYTES);
        }
    }

    @Override
    public void collect(MetricSink sink) {
        Map<String, String> in = Map.of("direction", "in");
        Map<String, String> out = Map.of("direction", "out");
        long queued = 0;
        int behind = 0;
        for (Session session : registry.all()) {
            queued += session.outbox().queuedBytes();
            behind += session.outbox().behindFor() > 0 ? 1 : 0;
        }
        sink.gauge("connections", "Connections that are open.", Map.of(), limits.total());
        sink.gauge(
                "connections_behind",
                "Connections that read from the log, being slower than an agent.",
                Map.of(),
                behind);
        sink.gauge("queued_bytes", "What waits to be sent, or is under way, on all connections.", Map.of(), queued);
        sink.gauge(
                "shared_page_bytes",
                "Memory that pages of logs take which are kept for all who are behind.",
                Map.of(),
                core.output().sharedPageBytes());
        sink.counter("messages_total", "Messages over all connections.", in, traffic.messagesReceived());
        sink.counter("messages_total", "Messages over all connections.", out, traffic.messagesSent());
        sink.counter("message_bytes_total", "Bytes of messages over all connections.", in, traffic.bytesReceived());
        sink.counter("message_bytes_total", "Bytes of messages over all connections.", out, traffic.bytesSent());
        sink.counter(
                "reply_overflow_closes_total",
                "Connections that were closed because they did not fetch their replies.",
                Map.of(),
                traffic.slowCloses());
    }

    @Override
    public List<RequestType> requestTypes() {
        List<RequestType> all = new ArrayList<>();
        handlers.all().forEach((type, route) -> {
            FrameRule rule = route.rule();
            if (route.isUsable()) {
                boolean aboutProject = rule.scope() == FrameRule.Scope.PROJECT;
                all.add(new RequestType(type, rule.role(), aboutProject, rule.schema(), rule.frames()));
            }
        });
        return all;
    }

    // References.

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            updated = "bindHandler")
    void bindHandler(FrameHandler handler, Map<String, ?> properties) {
        handlers.put(handler, properties);
    }

    void unbindHandler(FrameHandler handler) {
        handlers.remove(handler);
    }

    Handlers handlers() {
        return handlers;
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            updated = "bindAuthenticator")
    void bindAuthenticator(Authenticator authenticator, Map<String, ?> properties) {
        authenticators.put(authenticator, properties);
    }

    void unbindAuthenticator(Authenticator authenticator) {
        authenticators.remove(authenticator);
    }
}
