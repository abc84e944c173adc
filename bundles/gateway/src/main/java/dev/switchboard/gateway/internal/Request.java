package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.audit.AuditActor;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.FrameContext;
import dev.switchboard.gateway.internal.output.Hold;
import dev.switchboard.gateway.internal.output.Outgoing;
import dev.switchboard.logging.LogContext;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.InboundFrame;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.security.Principal;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A request of a session; what the server's own handlers may do beyond {@link FrameContext}, too. */
public final class Request implements FrameContext {
    private static final int MAX_TYPE = 64;

    private final Services services;
    private final Session session;
    private final Optional<JsonNode> requestId;
    private final Optional<String> type;
    private final AtomicBoolean failed = new AtomicBoolean();
    private InboundFrame frame;
    private Optional<ProjectId> project = Optional.empty();
    private LogContext context;
    private Optional<RequestAudit> audit = Optional.empty();

    Request(Services services, Session session, Optional<JsonNode> requestId, Optional<String> type) {
        this.services = services;
        this.session = session;
        this.requestId = requestId;
        this.type = type.filter(text -> text.length() <= MAX_TYPE);
        this.context = session.context()
                .withCorrelation(requestId.map(JsonNode::asText).orElseGet(session::nextCorrelation));
    }

    void begin(InboundFrame envelope) {
        frame = envelope;
    }

    void about(ProjectId id) {
        project = Optional.of(id);
        context = context.withProject(id.toString());
        note(entry -> entry.about(project));
    }

    /** Has the audit log told of it, once it is clear what comes of it. */
    void audited(Principal who) {
        AuditRecord entry = AuditRecord.of(
                        type.orElse("unknown"), AuditActor.client(Optional.of(who), session.remoteAddress()))
                .about(frame.projectId());
        audit = Optional.of(new RequestAudit(services, entry));
    }

    /** Tells the audit log more of it, if it is told of it at all. */
    public void note(UnaryOperator<AuditRecord> more) {
        audit.ifPresent(record -> record.add(more));
    }

    /** What log lines tell of it. */
    LogContext context() {
        return context;
    }

    @Override
    public String type() {
        return frame.type();
    }

    @Override
    public ObjectNode data() {
        return frame.data();
    }

    /** The fields of {@link #data()}. */
    public Fields fields() {
        return Fields.of(frame.data());
    }

    /** The whole envelope. */
    public InboundFrame frame() {
        return frame;
    }

    @Override
    public Principal principal() {
        return session.principal().orElseThrow(() -> new IllegalStateException("not authenticated yet"));
    }

    @Override
    public String sessionId() {
        return session.id();
    }

    public Session session() {
        return session;
    }

    @Override
    public ProjectId project() {
        return project.orElseThrow(
                () -> new IllegalStateException("the rule of " + type() + " is not about a project"));
    }

    @Override
    public void reply(String replyType, ObjectNode data) {
        reply(replyType, Json.content(data));
    }

    /** As {@link #reply(String, ObjectNode)}, with the data as JSON text. */
    public void reply(String replyType, Content data) {
        session.outbox().send(outgoing(replyType, Optional.empty(), data));
    }

    @Override
    public void reply(String replyType, ObjectNode data, ProjectId about, long afterSeq) {
        session.outbox().send(about, afterSeq, outgoing(replyType, Optional.of(about), Json.content(data)));
    }

    /** A reply about the request's project, to be placed by a hold. */
    public Outgoing outgoing(String replyType, ObjectNode data) {
        return outgoing(replyType, Json.content(data));
    }

    /** A reply about the request's project, to be placed by a hold. */
    public Outgoing outgoing(String replyType, Content data) {
        return outgoing(replyType, Optional.of(project()), data);
    }

    private Outgoing outgoing(String replyType, Optional<ProjectId> about, Content data) {
        audit.ifPresent(record -> context.run(record::succeeded));
        return Outgoing.of(
                OutboundFrames.reply(
                        replyType, about, requestId, services.clock().instant(), data),
                services.settings().get(ServerSettings.LIMITS_QUEUE_BYTES));
    }

    /** Keeps the lane of the request's project where it is until the hold is ended. */
    public Hold hold() {
        return session.outbox().hold(project());
    }

    /**
     * Calls a service under a hold, which is released if the call fails; the failure becomes the reply.
     *
     * @param then ends the hold
     */
    public <T> void underHold(Hold hold, Supplier<CompletionStage<T>> call, Consumer<T> then) {
        try {
            whenDone(call.get(), then, hold::release);
        } catch (RuntimeException e) {
            hold.release();
            throw e;
        }
    }

    /**
     * Goes on when a service is done; its failure becomes the reply.
     *
     * @param onFailure called before the failure is told
     */
    public <T> void whenDone(CompletionStage<T> stage, Consumer<T> then, Runnable onFailure) {
        stage.whenComplete((value, failure) -> {
            try {
                if (failure == null) {
                    then.accept(value);
                    return;
                }
                onFailure.run();
                fail(failure);
            } catch (RuntimeException e) {
                onFailure.run();
                fail(e);
            }
        });
    }

    @Override
    public void fail(Throwable failure) {
        if (!failed.compareAndSet(false, true)) {
            return;
        }
        SwitchboardException error = context.call(() -> Errors.forClient(failure));
        audit.ifPresent(record -> context.run(() -> record.failed(error.code())));
        Content data = Json.content(Payloads.error(error, type));
        Optional<ProjectId> about = project.or(() -> Optional.ofNullable(frame).flatMap(InboundFrame::projectId));
        Outgoing reply = outgoing("error", about, data);
        about.ifPresentOrElse(
                id -> session.outbox().send(id, lastSeq(id), reply),
                () -> session.outbox().send(reply));
    }

    /** The project's last record: whatever is said of the project now comes behind what was shown of it so far. */
    private long lastSeq(ProjectId id) {
        try {
            return services.projects().status(id).log().lastSeq();
        } catch (SwitchboardException e) {
            return 0; // gone, or just being exchanged
        }
    }
}
