package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.audit.AuditActor;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.concurrent.Agenda;
import dev.switchboard.concurrent.SerialExecutor;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.connection.ConnectionStatus;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.gateway.ClientConnection;
import dev.switchboard.gateway.ClientSession;
import dev.switchboard.gateway.internal.Access.Identity;
import dev.switchboard.gateway.internal.Router.Incoming;
import dev.switchboard.gateway.internal.output.LaneWatcher;
import dev.switchboard.gateway.internal.output.Outbox;
import dev.switchboard.gateway.internal.output.Outgoing;
import dev.switchboard.logging.LogContext;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: who it is, what it has joined, and its messages, handled one at a time: on the thread that brings them if that
 * takes a moment only, otherwise on the pool's. What goes out is the {@link Outbox}'s.
 */
public final class Session implements ClientSession, LaneWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /** What somebody may send who has not proved who they are. */
    private static final long UNAUTHENTICATED_LIMIT = 4096;

    /** Up to this size, in bytes, a message is read where it comes from: larger ones would keep other clients waiting. */
    private static final int SMALL = 4096;

    /**
     * After so many messages one goes to the pool: whoever sends them faster than they are answered would otherwise have the thread
     * that reads all sockets for themselves.
     */
    static final int MOST_IN_A_ROW = 64;

    private static final int CODE_POLICY = 1008;
    private static final int CODE_TOO_BIG = 1009;

    private final String id = UUID.randomUUID().toString();
    private final Instant openedAt;
    private final LogContext context = LogContext.NONE.withSession(id);
    private final AtomicLong unnamedRequests = new AtomicLong();
    private final Core core;
    private final ClientConnection connection;
    private final ConnectionLimits.Permit permit;
    private final Outbox outbox;
    private final SerialExecutor inbound;
    private final TokenBucket requests;
    private final SessionMonitor monitor;
    private final Agenda.Entry<Session> rounds;

    private final ProjectSet joined = new ProjectSet();
    private final ProjectSet lanes = new ProjectSet();
    private final OwnRuns runs;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Set<String> capabilities = Set.of();
    private volatile Optional<Identity> identity;
    /** Messages handled where they came since the last that went to the pool; touched by {@link #text} only. */
    private int inARow;

    private volatile boolean watching;
    private volatile boolean refusing;

    Session(Core core, ClientConnection connection, ConnectionLimits.Permit permit, Optional<Identity> identity) {
        this.core = core;
        this.openedAt = core.services().clock().instant();
        this.connection = connection;
        this.permit = permit;
        this.identity = identity;
        this.outbox = new Outbox(connection, core.output(), this, context);
        this.runs = new OwnRuns(outbox);
        this.inbound = new SerialExecutor(
                core.pool(), e -> LOG.error("session {} failed on a message", id, e), task -> task.orElse(context));
        this.requests = new TokenBucket(core.nanoTime());
        this.monitor = new SessionMonitor(this, core.nanoTime());
        this.rounds = core.registry().agenda().entry(this);
    }

    // From the edge.

    @Override
    public String id() {
        return id;
    }

    @Override
    public long messageLimit() {
        long limit = core.services().settings().get(ServerSettings.LIMITS_MESSAGE_BYTES);
        return identity.isPresent() ? limit : Math.min(limit, UNAUTHENTICATED_LIMIT);
    }

    @Override
    public void text(byte[] utf8, Runnable next) {
        outbox.traffic().received(utf8.length);
        monitor.heard();
        if (utf8.length > SMALL) {
            onPool(() -> handle(core.router().read(this, utf8), next));
            return;
        }
        Incoming incoming = core.router().read(this, utf8);
        if (incoming.isPrompt() && inARow < MOST_IN_A_ROW) {
            inARow++;
            handle(incoming, next);
        } else {
            inARow = 0;
            onPool(() -> handle(incoming, next));
        }
    }

    private void handle(Incoming incoming, Runnable next) {
        try {
            if (!refusing) {
                outbox.answering(incoming::handle);
            }
        } finally {
            if (!over.get()) {
                outbox.whenRelaxed(next);
            }
        }
    }

    @Override
    public void tooLarge() {
        long limit = messageLimit();
        onPool(() -> {
            fail(new SwitchboardException(
                    ErrorCode.MESSAGE_SIZE_LIMIT,
                    "the message is larger than " + limit + " bytes, which is the limit; the connection is closed",
                    Map.of("resource", "message_bytes", "limit", limit)));
            close(CODE_TOO_BIG, "message too big");
        });
    }

    private void onPool(Runnable task) {
        try {
            inbound.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("session {}: the gateway is going", id);
        }
    }

    @Override
    public boolean mayIdle() {
        return lanes.now().stream().noneMatch(this::isExecuting);
    }

    private boolean isExecuting(ProjectId project) {
        try {
            ProjectService projects = core.services().projects();
            return projects.status(project).state() == ProjectState.EXECUTING;
        } catch (SwitchboardException e) {
            // Gone, which the lane will notice, or just being exchanged, which is no reason to close anything.
            return e.code() != ErrorCode.PROJECT_NOT_FOUND;
        }
    }

    @Override
    public void pong(Duration roundTrip) {
        monitor.pong(roundTrip);
    }

    @Override
    public void closed(int code, String reason) {
        if (over.compareAndSet(false, true)) {
            refusing = true;
            core.registry().remove(this);
            permit.release();
            outbox.dispose();
            context.run(() -> {
                LOG.debug("session {} closed with {} {}", id, code, reason);
                if (identity.isPresent()) {
                    audit("disconnect", entry -> entry.with("code", Integer.toString(code)));
                }
            });
        }
    }

    // For requests.

    /** What log lines tell of it. */
    LogContext context() {
        return context;
    }

    /** The name of a request in the log that its sender gave none. */
    String nextCorrelation() {
        return id.substring(0, 8) + "-" + unnamedRequests.incrementAndGet();
    }

    public Outbox outbox() {
        return outbox;
    }

    TokenBucket requests() {
        return requests;
    }

    SessionMonitor monitor() {
        return monitor;
    }

    /** When somebody has to look after it. */
    Agenda.Entry<Session> rounds() {
        return rounds;
    }

    /** What it is just now. */
    ConnectionStatus status() {
        return new ConnectionStatus(
                id,
                principal(),
                connection.remoteAddress(),
                openedAt,
                joined.now(),
                outbox.traffic().received(),
                outbox.traffic().sent(),
                outbox.queuedBytes());
    }

    Optional<Principal> principal() {
        return identity.map(Identity::principal);
    }

    Optional<Identity> identity() {
        return identity;
    }

    /**
     * Takes a token.
     *
     * @return who it is now; fails with {@code UNAUTHORIZED}, and then closes the connection, or with {@code CONNECTION_LIMIT}
     */
    public Principal authenticate(String token) {
        try {
            Identity found = core.access()
                    .identify(Optional.of(token), connection.remoteAddress())
                    .orElseThrow();
            Optional<Identity> before = identity;
            if (before.isPresent()
                    && !before.get().principal().id().equals(found.principal().id())) {
                throw new SwitchboardException(
                        ErrorCode.VALIDATION_FAILED,
                        "this connection is authenticated as somebody else; open another one",
                        Map.of("field", "token"));
            }
            permit.identified(found, core.services().settings());
            identity = Optional.of(found);
            monitor.begin();
            rounds.call();
            if (before.isEmpty()) {
                audit("connect", UnaryOperator.identity());
            }
            return found.principal();
        } catch (SwitchboardException e) {
            if (e.code() == ErrorCode.UNAUTHORIZED) {
                refusing = true;
                audit("connect", entry -> entry.failed(e.code()));
            }
            throw e;
        }
    }

    /** It has begun. */
    void opened() {
        context.run(() -> {
            LOG.debug("session {} opened", id);
            if (identity.isPresent()) {
                audit("connect", UnaryOperator.identity());
            }
        });
    }

    private void audit(String action, UnaryOperator<AuditRecord> more) {
        AuditRecord entry = AuditRecord.of(action, AuditActor.client(principal(), remoteAddress()));
        core.services().audit(more.apply(entry));
    }

    /** Where the client is, as far as that can be trusted. */
    String remoteAddress() {
        return connection.remoteAddress();
    }

    /** Closes if a token was refused; called after the error was told. */
    void closeIfRefused() {
        if (refusing && !over.get()) {
            close(CODE_POLICY, "not authorized");
        }
    }

    /** Connections to the server just now, those before their handshake among them. */
    public int connections() {
        return core.limits().total();
    }

    /** How many sessions have joined a project. */
    public int subscribers(ProjectId project) {
        return core.registry().subscribers(project);
    }

    public void setCapabilities(List<String> names) {
        capabilities = Set.copyOf(names);
    }

    public boolean hasCapability(String name) {
        return capabilities.contains(name);
    }

    /** Watches the list of projects from now on. */
    public void watch() {
        watching = true;
    }

    boolean watches(ProjectId project) {
        return watching && principal().filter(who -> who.maySee(project)).isPresent();
    }

    /**
     * Joins a project, before its state is looked at; {@link #leave} takes it back.
     *
     * @return whether it had not joined before
     */
    public boolean join(ProjectId project) {
        return joined.add(project);
    }

    public void leave(ProjectId project) {
        joined.remove(project);
    }

    boolean hasJoined(ProjectId project) {
        return joined.contains(project);
    }

    /** The project that is meant if a request names none: the only one that is joined. */
    Optional<ProjectId> onlyProject() {
        Set<ProjectId> all = joined.now();
        return all.size() == 1 ? Optional.of(all.iterator().next()) : Optional.empty();
    }

    /** The runs that it has begun. */
    public OwnRuns runs() {
        return runs;
    }

    // From the event bridge, on publishers' threads.

    void deleted(ProjectId project, Outgoing frame) {
        joined.remove(project);
        outbox.deleted(project, frame);
    }

    // From the outbox.

    @Override
    public void fallingBehind() {
        rounds.call();
    }

    @Override
    public void opened(ProjectId project) {
        lanes.add(project);
        core.registry().opened(project, this);
    }

    @Override
    public void closed(ProjectId project) {
        lanes.remove(project);
        core.registry().closed(project, this);
    }

    // Sending.

    void send(String type, ObjectNode data) {
        outbox.send(message(type, data));
    }

    /** A message that nobody has asked for, for this session and all others that are to be told the same. */
    Outgoing message(String type, ObjectNode data) {
        return core.outgoing(OutboundFrames.reply(
                type,
                Optional.empty(),
                Optional.empty(),
                core.services().clock().instant(),
                Json.content(data)));
    }

    private void fail(SwitchboardException error) {
        send("error", Payloads.error(error, Optional.empty()));
    }

    /** Closes the connection behind the replies that wait. */
    void close(int code, String reason) {
        refusing = true;
        outbox.close(code, reason);
    }

    /** Closes because the right to be here is gone, or was never proved. */
    void turnAway(String reason) {
        refusing = true;
        outbox.cutOff(CODE_POLICY, reason);
    }

    /** Ends for good when the flusher has stopped. */
    void shutDown(int code, String reason) {
        connection.close(code, reason);
        outbox.shutDown();
        closed(code, reason);
    }

    @Override
    public String toString() {
        return "Session[" + id + "]";
    }
}
