package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.broadcast.Topic;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionEvent.Cancelled;
import dev.switchboard.execution.ExecutionEvent.Changed;
import dev.switchboard.execution.ExecutionEvent.Deleted;
import dev.switchboard.execution.ExecutionEvent.Ended;
import dev.switchboard.execution.ExecutionEvent.LogReplaced;
import dev.switchboard.execution.ExecutionEvent.Partial;
import dev.switchboard.execution.ExecutionEvent.Recorded;
import dev.switchboard.execution.ExecutionEvent.Started;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.gateway.internal.output.Outgoing;
import dev.switchboard.gateway.internal.output.Updates;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Payloads;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Turns what happens on projects into frames: records go, encoded once, to the broadcaster; what only some sessions are
 * told goes to those sessions. Called on threads that must get on: nothing here waits.
 */
final class EventBridge implements ExecutionListener {
    private final Services services;
    private final Registry registry;
    private final Map<ProjectId, Feed> feeds = new ConcurrentHashMap<>();

    /** How far a project's records have been published. Written by one thread at a time. */
    private static final class Feed {
        private volatile long last;
        private volatile Broadcaster begun;
    }

    EventBridge(Services services, Registry registry) {
        this.services = services;
        this.registry = registry;
    }

    /** The last record that was published, or would have been had there been a broadcaster; 0 if there was none. */
    long last(ProjectId project) {
        Feed feed = feeds.get(project);
        return feed == null ? 0 : feed.last;
    }

    @Override
    public void on(ExecutionEvent event) {
        if (event instanceof Recorded recorded) {
            recorded(recorded);
        } else if (event instanceof Partial partial) {
            partial(partial);
        } else if (event instanceof Changed changed) {
            changed(changed);
        } else if (event instanceof Started started) {
            long firstSeq = last(started.project()) + 1;
            registry.all().forEach(session -> session.runs().started(started.execution(), firstSeq));
        } else if (event instanceof Cancelled cancelled) {
            long seq = last(cancelled.project()) + 1;
            registry.all().forEach(session -> session.runs().cancelled(cancelled.execution(), seq));
        } else if (event instanceof Ended ended) {
            tell(ended.project(), session -> session.runs().ended(ended.execution()));
        } else if (event instanceof LogReplaced replaced) {
            replaced(replaced);
        } else if (event instanceof Deleted deleted) {
            deleted(deleted);
        }
    }

    private void tell(ProjectId project, Consumer<Session> message) {
        registry.of(project).forEach(message);
    }

    private void recorded(Recorded event) {
        Feed feed = feeds.computeIfAbsent(event.project(), id -> new Feed());
        Topic topic = Topic.of(event.project());
        long limit = services.settings().get(ServerSettings.LIMITS_QUEUE_BYTES);
        for (Message message : event.messages()) {
            // Known before it is known who publishes it: whoever subscribes to another broadcaster meanwhile sees that
            // there is more than that one has, and looks into the log.
            feed.last = message.seq();
            services.broadcaster().ifPresent(broadcaster -> {
                if (feed.begun != broadcaster) {
                    begin(feed, broadcaster, topic, message.seq() - 1);
                }
                broadcaster.publish(topic, frame(event.project(), message, limit));
            });
        }
    }

    private static void begin(Feed feed, Broadcaster broadcaster, Topic topic, long lastSeq) {
        broadcaster.begin(topic, lastSeq);
        feed.begun = broadcaster;
    }

    private static OutboundFrame frame(ProjectId project, Message message, long limit) {
        FrameKind kind = message.direction() == Direction.CLAUDE ? FrameKind.AGENT : FrameKind.STATE;
        if (!message.content().inMemory() || message.content().size() > limit) {
            return OutboundFrame.tooLarge(kind, message.seq());
        }
        Content text = OutboundFrames.record(project, message, false);
        return text.size() + OutboundFrame.headerSize(text.size()) > limit
                ? OutboundFrame.tooLarge(kind, message.seq())
                : OutboundFrame.text(kind, message.seq(), text.toBytes());
    }

    /** Pieces of lines go to those who asked for them in this run, behind the record that they came behind. */
    private void partial(Partial event) {
        Lazy frame = new Lazy(
                () -> OutboundFrames.notice(OutboundFrames.AGENT_MESSAGE, event.project(), now(), event.content()));
        tell(event.project(), session -> {
            if (session.runs().wantsPieces(event.execution())) {
                session.outbox().piece(event.project(), last(event.project()), frame.get());
            }
        });
    }

    private void changed(Changed event) {
        ProjectStatus status = event.status();
        ProjectId project = event.project();
        switch (event.kind()) {
            case CREATED -> updateWatchers(status, "created", data -> {});
            case STATE -> updateWatchers(status, Updates.STATE, data -> {});
            case SESSION_CHOSEN -> notice(project, "project_state", Payloads.projectState(status));
            case CONFIGURED -> {
                Consumer<ObjectNode> details = data -> Payloads.configured(status.project(), data);
                updateWatchers(status, "configured", details);
                ObjectNode data = Payloads.projectUpdate("configured", status, now());
                details.accept(data);
                notice(project, "project_update", data);
            }
            default -> {
                // Records tell the rest.
            }
        }
    }

    private void notice(ProjectId project, String type, ObjectNode data) {
        long place = last(project);
        Lazy frame = new Lazy(() -> OutboundFrames.notice(type, project, now(), Json.content(data)));
        tell(project, session -> session.outbox().notice(project, place, frame.get()));
    }

    private void updateWatchers(ProjectStatus status, String type, Consumer<ObjectNode> details) {
        ProjectId project = status.project().id();
        Lazy frame = new Lazy(() -> {
            ObjectNode data = Payloads.projectUpdate(type, status, now());
            details.accept(data);
            return OutboundFrames.notice("project_update", project, now(), Json.content(data));
        });
        Predicate<Session> watches = session -> session.watches(project);
        registry.all().stream()
                .filter(watches)
                .forEach(session ->
                        session.outbox().update(type, project, status.log().lastSeq(), frame.get()));
    }

    private void replaced(LogReplaced event) {
        ProjectId project = event.project();
        long lastSeq = event.status().log().lastSeq();
        Feed feed = feeds.computeIfAbsent(project, id -> new Feed());
        Gap gap = new Gap(lastSeq + 1, Math.max(feed.last, lastSeq), "the project's log was made anew");
        feed.last = lastSeq;
        services.broadcaster().ifPresent(present -> begin(feed, present, Topic.of(project), lastSeq));
        ObjectNode data = Payloads.gap(gap);
        data.put("epoch", event.status().log().epoch().toString());
        Lazy frame = new Lazy(() -> OutboundFrames.notice("gap", project, now(), Json.content(data)));
        tell(project, session -> session.outbox().restart(project, lastSeq, frame.get()));
    }

    private void deleted(Deleted event) {
        ProjectId project = event.project();
        // Told before the lanes: who follows the project just now learns it from there, and only from there.
        updateWatchers(event.status(), "deleted", data -> {});
        Lazy frame = new Lazy(() -> OutboundFrames.notice(
                "project_deleted", project, now(), Json.content(Payloads.deleted(project, now()))));
        tell(project, session -> session.deleted(project, frame.get()));
        feeds.remove(project);
        services.broadcaster().ifPresent(present -> present.close(Topic.of(project)));
    }

    private Instant now() {
        return services.clock().instant();
    }

    /** A frame that is made when the first session wants it, and once for all. Used by one thread. */
    private final class Lazy {
        private final Supplier<Content> source;
        private Outgoing frame;

        Lazy(Supplier<Content> source) {
            this.source = source;
        }

        Outgoing get() {
            if (frame == null) {
                frame = Outgoing.of(source.get(), services.settings().get(ServerSettings.LIMITS_QUEUE_BYTES));
            }
            return frame;
        }
    }
}
