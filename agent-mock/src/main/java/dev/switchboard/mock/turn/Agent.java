package dev.switchboard.mock.turn;

import dev.switchboard.mock.AgentVersion;
import dev.switchboard.mock.cli.LaunchOptions;
import dev.switchboard.mock.io.AgentOutput;
import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.session.Session;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** What this process is and what may change about it: model, permission mode, conversation. Shared by all its threads. */
public final class Agent {

    private final LaunchOptions options;
    private final AgentVersion version;
    private final AgentOutput output;
    private final SessionSource sessions;
    private final Path cwd;
    private final Permissions permissions;
    private final boolean stateEvents = "1".equals(System.getenv("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS"));
    private final AtomicReference<String> model;
    private final AtomicReference<String> fallbackModel = new AtomicReference<>();
    private final AtomicReference<String> openTool = new AtomicReference<>();
    private final AtomicBoolean deaf = new AtomicBoolean();
    private final Lifecycle lifecycle = new Lifecycle(this);
    private final BackgroundTasks background = new BackgroundTasks(this);
    private final Hooks hooks = new Hooks();
    private int results;
    private long modelCalls;
    private long stayMillis;

    public Agent(LaunchOptions options, AgentVersion version, AgentOutput output, SessionSource sessions, Path cwd) {
        this.options = options;
        this.version = version;
        this.output = output;
        this.sessions = sessions;
        this.cwd = cwd;
        this.permissions = new Permissions(options);
        this.model = new AtomicReference<>(resolveModel(options.model()));
    }

    public LaunchOptions options() {
        return options;
    }

    public AgentVersion version() {
        return version;
    }

    public AgentOutput output() {
        return output;
    }

    public Path cwd() {
        return cwd;
    }

    Permissions permissions() {
        return permissions;
    }

    /** The conversation; its id is settled by the first call. */
    public Session session() {
        return sessions.current();
    }

    SessionSource sessions() {
        return sessions;
    }

    public String model() {
        String fallback = fallbackModel.get();
        return fallback == null ? model.get() : fallback;
    }

    /** Answers with this model until the turn is over; null ends that. */
    public void fallBackTo(String nameOrAlias) {
        fallbackModel.set(nameOrAlias == null ? null : resolveModel(nameOrAlias));
    }

    /** Takes an alias or any name, as the real program does, and returns what it stands for. */
    String useModel(String nameOrAlias) {
        model.set(resolveModel(nameOrAlias));
        return model.get();
    }

    boolean knowsModel() {
        return model.get().startsWith("claude-") && !model.get().contains("nonexistent");
    }

    private String resolveModel(String name) {
        if (name == null) {
            return version.defaultModel();
        }
        return switch (name) {
            case "default", "opus" -> version.defaultModel();
            case "sonnet" -> "claude-sonnet-5-5";
            case "haiku" -> "claude-haiku-5-5";
            default -> name;
        };
    }

    /** The tool call that runs right now, or null: a signal has to say what became of it. */
    public String openTool() {
        return openTool.get();
    }

    void openTool(String id) {
        openTool.set(id);
    }

    /** True once the agent has stopped listening to interrupts and signals. */
    public boolean isDeaf() {
        return deaf.get();
    }

    public void becomeDeaf() {
        deaf.set(true);
    }

    /** Counts the results of this process from 0. Turn thread only. */
    int nextResultIndex() {
        return results++;
    }

    void countModelCall() {
        modelCalls++;
    }

    /** Model calls that the cumulative cost counts: of the conversation; in the older release of this process only. */
    long billedModelCalls() {
        return version.isCurrent() ? session().modelCalls() : modelCalls;
    }

    boolean hasAnswered() {
        return results > 0;
    }

    /** Announces {@code running}, {@code requires_action} or {@code idle}, if the environment asks for it. */
    void state(String state) {
        if (stateEvents) {
            output.line(identified(JsonObject.of("type", "system")
                    .put("subtype", "session_state_changed")
                    .put("state", state)));
        }
    }

    /** Commands and subagents that go on when their turn is over. Turn thread only. */
    public BackgroundTasks background() {
        return background;
    }

    Hooks hooks() {
        return hooks;
    }

    /** Lets the process stay for so long when it has nothing more to do. Turn thread only. */
    public void stay(long millis) {
        stayMillis = millis;
    }

    public long stayMillis() {
        return stayMillis;
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    /** Adds the fields that every line of a conversation has. */
    public JsonObject identified(JsonObject line) {
        Session session = session();
        return line.put("session_id", session.id()).put("uuid", session.ids().uuid());
    }
}
