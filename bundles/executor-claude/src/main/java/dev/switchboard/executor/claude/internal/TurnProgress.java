package dev.switchboard.executor.claude.internal;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.message.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a turn has come to, line by line: the events to report, the answers that the CLI is owed, and whether the turn is
 * over. Used by one thread at a time; only {@link #open} and {@link #untouched} may be called by any.
 */
final class TurnProgress implements LineHandler {
    static final String NOBODY_ANSWERS =
            "Permission denied: nobody answers permission questions in this run. Go on without this, or say what you need.";

    static final String TOO_MUCH = "Permission denied: the input is too large to be shown to a person who could answer."
            + " Do it in smaller pieces.";

    private final String agentId;
    private final Ask ask;
    private final boolean resumed;
    private final String uuid;
    private final Map<String, PermissionRequest> open = new ConcurrentHashMap<>();
    private final List<AgentEvent> events = new ArrayList<>();
    private final List<Content> replies = new ArrayList<>();

    private final Optional<String> known;

    private Optional<String> session;
    private Optional<ResultLine> result = Optional.empty();
    private boolean stateTold;
    private volatile boolean begun;
    private boolean idle;
    /** How often a sign of the end has come. */
    private int signs;
    /** Whether the end that comes next is this turn's, and not that of one which the agent began by itself just before. */
    private volatile boolean due = true;

    private boolean tellsMessages;
    private volatile boolean anythingShown;
    /** The last one of the agent's. */
    private Optional<Content> message = Optional.empty();

    private boolean sessionUnknown;
    private boolean muted;
    private long notJson;

    /**
     * @param ask who answers permission questions
     * @param session the conversation's id as its project knows it
     * @param resumed whether the process was told to continue a conversation, which it may not find
     * @param uuid of the message that the turn is for; that of none if the agent began it by itself
     */
    TurnProgress(String agentId, Ask ask, Optional<String> session, boolean resumed, String uuid) {
        this.agentId = agentId;
        this.ask = ask;
        this.known = session;
        this.session = session;
        this.resumed = resumed;
        this.uuid = uuid;
    }

    /** The CLI tells what becomes of messages, so the turn is not over before its own has been started. */
    void awaitMessage() {
        due = false;
    }

    /** Whether the CLI tells what becomes of messages. */
    boolean tellsMessages() {
        return tellsMessages;
    }

    /**
     * While muted, lines change the state but cause nothing: an earlier server has reported them. When it ends, the CLI
     * gets the answers that it may still be owed.
     */
    void mute(boolean on) {
        boolean ends = muted && !on;
        muted = on;
        if (ends && ask == Ask.DENY) {
            List.copyOf(open.keySet()).forEach(this::deny);
        }
        if (ends && !session.equals(known)) {
            // The lines that told it were recorded; what came of them may not have been.
            session.ifPresent(id -> report(new AgentEvent.SessionChanged(id)));
        }
    }

    /** The events since the last call, to be reported in this order. */
    List<AgentEvent> takeEvents() {
        List<AgentEvent> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    /** What the CLI is to be told. */
    List<Content> takeReplies() {
        List<Content> taken = List.copyOf(replies);
        replies.clear();
        return taken;
    }

    /** Whether the CLI says that the turn is over: idle and with a result, or with a result where it tells no states. */
    boolean over() {
        return due && result.isPresent() && (idle || !stateTold);
    }

    /** Whether some of the signs of the end were seen, so that the others must follow soon; they come in any order. */
    boolean nearlyOver() {
        return !over() && (idle || result.isPresent());
    }

    /** Changes whenever a sign of the end has come. */
    int signs() {
        return signs;
    }

    /** Whether the conversation that was to be continued does not exist, and nothing came before this was said. */
    boolean sessionUnknown() {
        return sessionUnknown;
    }

    /** Whether nothing of this turn has been shown yet, and a missing conversation would not be noticed. */
    boolean mayStartAnew() {
        return resumed && !anythingShown;
    }

    /** The conversation's id, as soon as it is known. */
    Optional<String> session() {
        return session;
    }

    /** Whether nothing of this turn has been seen yet; may be asked by any thread. */
    boolean untouched() {
        return !due || !anythingShown && !begun;
    }

    Optional<ResultLine> result() {
        return result;
    }

    /** Lines so far that were no JSON objects. */
    long notJsonLines() {
        return notJson;
    }

    @Override
    public void shown(String type, Content line, long end) {
        report(new AgentEvent.Line(type, line, origin(end)));
        anythingShown = true;
        if (type.equals("assistant")) {
            message = Optional.of(line);
        }
    }

    @Override
    public void partial(Content line) {
        report(new AgentEvent.Partial(line));
        anythingShown = true;
    }

    @Override
    public void session(String id) {
        if (!session.equals(Optional.of(id))) {
            session = Optional.of(id);
            report(new AgentEvent.SessionChanged(id));
        }
    }

    @Override
    public void limited(Optional<Instant> until) {
        report(new AgentEvent.Limited(until));
    }

    @Override
    public void asked(PermissionRequest request, long end) {
        open.put(request.permissionId(), request);
        if (ask == Ask.REMOTE) {
            report(new AgentEvent.PermissionAsked(PlanQuestion.complete(request, message), origin(end)));
            anythingShown = true;
        } else if (!muted) {
            deny(request.permissionId());
        }
    }

    @Override
    public void askedTooMuch(String permissionId) {
        if (!muted) {
            replies.add(ClaudeMessages.deny(permissionId, TOO_MUCH));
        }
    }

    @Override
    public void withdrawn(String permissionId) {
        if (open.remove(permissionId) != null && ask == Ask.REMOTE) {
            report(new AgentEvent.PermissionWithdrawn(permissionId));
        }
    }

    @Override
    public void unsupported(String requestId, String subtype) {
        if (!muted) {
            replies.add(ClaudeMessages.unsupported(requestId, subtype));
        }
    }

    @Override
    public void state(State state) {
        stateTold = true;
        if (state == State.IDLE) {
            // Before the turn has begun, it is the end of an earlier one.
            idle = begun || result.isPresent();
            signs++;
        } else if (state == State.RUNNING) {
            running();
        }
    }

    private void running() {
        if (!due || muted && over()) {
            // An earlier turn of the same process.
            result = Optional.empty();
            idle = false;
        } else if (result.isPresent()) {
            // The CLI began another turn by itself, before it told that this one was over.
            idle = true;
        } else {
            idle = false;
        }
        begun = true;
    }

    @Override
    public void result(ResultLine line, Content content, long end) {
        if (resumed && !anythingShown && line.unknownSession()) {
            sessionUnknown = true;
            return;
        }
        result = Optional.of(line);
        signs++;
        shown("result", content, end);
    }

    @Override
    public void message(String id, MessageState state) {
        tellsMessages = true;
        if (!id.equals(uuid)) {
            return;
        }
        if (state == MessageState.QUEUED) {
            due = false;
        } else if (!due) {
            due = true;
            if (state == MessageState.STARTED) {
                // What was over before was a turn that the agent had begun by itself.
                result = Optional.empty();
                idle = false;
            }
        }
    }

    @Override
    public void notJson() {
        notJson++;
    }

    /** Questions that an earlier server was asked, and an answer may come to. */
    void reopen(List<PermissionRequest> requests) {
        requests.forEach(request -> open.putIfAbsent(request.permissionId(), request));
    }

    /** A question that still waits for an answer, which is now the caller's to give. */
    Optional<PermissionRequest> open(String permissionId) {
        return Optional.ofNullable(open.remove(permissionId));
    }

    private Optional<Origin> origin(long end) {
        return Optional.of(new Origin(agentId, end));
    }

    private void deny(String permissionId) {
        open.remove(permissionId);
        replies.add(ClaudeMessages.deny(permissionId, NOBODY_ANSWERS));
    }

    private void report(AgentEvent event) {
        if (!muted) {
            events.add(event);
        }
    }
}
