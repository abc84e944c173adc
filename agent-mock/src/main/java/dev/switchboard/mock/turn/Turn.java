package dev.switchboard.mock.turn;

import dev.switchboard.mock.io.Stderr;
import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.process.ChildProcesses;
import dev.switchboard.mock.session.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * One turn as a scenario sees it: what it can say and do. Everything that takes time throws {@link TurnAborted} when the turn is
 * interrupted. Turn thread only.
 */
public final class Turn {

    private final Agent agent;
    private final Mailbox mailbox;
    private final UserMessage prompt;
    private final List<UserMessage> messages;
    private final List<JsonObject> denials = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private ModelMessage message;
    private ToolCall pendingTool;
    private String lastText = "";
    private Outcome outcome;
    private int numTurns = 1;
    private int modelCalls;

    Turn(Agent agent, Mailbox mailbox, UserMessage prompt, List<UserMessage> messages) {
        this.agent = agent;
        this.mailbox = mailbox;
        this.prompt = prompt;
        this.messages = new ArrayList<>(messages);
    }

    public Agent agent() {
        return agent;
    }

    public Session session() {
        return agent.session();
    }

    /** The prompt, or all prompts that were queued, joined. */
    public UserMessage prompt() {
        return prompt;
    }

    List<UserMessage> messages() {
        return messages;
    }

    /** Says one text: a block of its own. */
    public void say(String text) {
        message().text(text);
        lastText = text;
    }

    /** Says {@code total} words one by one, all in one block; what was said so far is shown if it is interrupted. */
    public void sayWords(int total, long everyMillis) {
        StringBuilder text = new StringBuilder();
        message().beginText();
        for (int i = 0; i < total; i++) {
            mailbox.pause(i == 0 ? 0 : everyMillis);
            message.delta("w" + i + " ");
            text.append('w').append(i).append(' ');
        }
        message.endText();
        lastText = text.toString();
    }

    public void think(String text) {
        message().thinking(text);
    }

    /** Makes {@code text} the answer without a line of its own. */
    public void answer(String text) {
        lastText = text;
    }

    /** The answer so far: what the result line will carry. */
    String answer() {
        return lastText;
    }

    /** Lets the turn end with this instead of a plain success, once the prompt's directives are through. */
    public void endWith(Outcome changed) {
        outcome = changed;
    }

    Outcome outcome() {
        return outcome == null ? Outcome.success(lastText) : outcome;
    }

    public void pause(long millis) {
        mailbox.pause(millis);
    }

    public void checkAborted() {
        mailbox.checkAborted();
    }

    /** An assistant line as the real one looks, with this block, not yet written. */
    public JsonObject assistantLine(JsonObject block) {
        return message().assistant(block);
    }

    /** An assistant line of a subagent, not yet written. @param toolUseId of the call that started it */
    public JsonObject subagentLine(String toolUseId, JsonObject block) {
        JsonObject line = ModelMessage.ofSubagent(agent).assistant(block);
        return line.put("parent_tool_use_id", toolUseId);
    }

    /** The id of the model's current message. */
    public String messageId() {
        return message().id();
    }

    /** Ends the model's message and tells the model something that no user said. */
    public void tell(String text) {
        JsonObject line =
                ToolCall.userLine(agent, List.of(JsonObject.of("type", "text").put("text", text)));
        line.put("isSynthetic", true);
        if (agent.version().isCurrent()) {
            line.put("refused_message_id", messageId());
        }
        message().finish("refusal");
        message = null;
        numTurns++;
        agent.output().line(line);
    }

    /** Leaves the model's message as it stands, without an end: what is said next is a new try. */
    public void abandonMessage() {
        message = null;
    }

    /** Begins a text that is not finished. */
    public void sayBeginning(String text) {
        message().beginText();
        message().delta(text);
    }

    /** The model uses a tool: its lines are written and the tool counts as running until one of the results is. */
    public ToolCall useTool(String name, JsonObject input) {
        say("Using a tool.");
        return useToolAtOnce(name, input);
    }

    /** As {@link #useTool}, without a word before. @throws TurnFailed if that was more than the budget allows */
    public ToolCall useToolAtOnce(String name, JsonObject input) {
        ToolCall call = new ToolCall(message().toolUse(name, input), name, input);
        message.finish("tool_use");
        message = null;
        String budget = agent.options().maxBudget();
        if (budget != null && ResultLine.dollars(agent.billedModelCalls()) > Double.parseDouble(budget)) {
            throw new TurnFailed(Outcome.maxBudget(budget));
        }
        pendingTool = call;
        return call;
    }

    /** Uses the tool if it may be used; asks if that has to be asked. */
    public ToolGate.Entry enter(ToolCall call) {
        return new ToolGate(agent, mailbox, this).enter(call);
    }

    /** Uses the tool as if a rule allowed it. */
    public ToolGate.Entry enterAllowed(ToolCall call) {
        return new ToolGate(agent, mailbox, this).allow(call);
    }

    /** Writes what came of the tool. A message that came in meanwhile is put into this turn. */
    void toolResult(JsonObject line, boolean denied) {
        if (denied && pendingTool != null) {
            denials.add(pendingTool.denial());
        }
        agent.openTool(null);
        pendingTool = null;
        numTurns++;
        agent.output().line(line);
        for (UserMessage steering : mailbox.takeSteering()) {
            agent.lifecycle().started(steering);
            messages.add(steering);
        }
    }

    private ModelMessage message() {
        if (message == null) {
            int limit = agent.options().maxTurns();
            if (limit > 0 && modelCalls == limit) {
                throw new TurnFailed(Outcome.maxTurns(limit));
            }
            List<String> uuids = new ArrayList<>();
            for (UserMessage one : messages) {
                if (one.uuid() != null) {
                    uuids.add(one.uuid());
                }
            }
            if (modelCalls == 0 && !agent.knowsModel()) {
                Stderr.print("[claude-code:unrecognized_model] "
                        + JsonObject.of("model", agent.model()).put("query_source", "sdk") + "\n");
            }
            modelCalls++;
            session().countModelCall();
            agent.countModelCall();
            message = new ModelMessage(agent, modelCalls == 1 ? uuids : List.of());
        }
        return message;
    }

    void finishMessage() {
        if (message != null) {
            message.finish("end_turn");
        }
    }

    /** Writes what the real program writes when a turn is interrupted, and says how it ended. */
    Outcome interrupted() {
        ChildProcesses.killDescendants();
        boolean inTool = pendingTool != null;
        if (inTool) {
            JsonObject line = pendingTool.rejected(agent);
            denials.add(pendingTool.denial());
            pendingTool = null;
            agent.openTool(null);
            numTurns++;
            agent.output().line(line);
        } else if (message != null) {
            message.abortText();
        }
        numTurns++;
        String text = inTool ? "[Request interrupted by user for tool use]" : "[Request interrupted by user]";
        agent.output()
                .line(ToolCall.userLine(
                        agent, List.of(JsonObject.of("type", "text").put("text", text))));
        return Outcome.aborted(inTool);
    }

    /** What a slash command gives: a result without a turn of the model. */
    Outcome localCommand(String name) {
        numTurns = 0;
        return new Outcome("success", false, null, null, "", null, JsonObject.of("local_command", name));
    }

    JsonObject result(Outcome ended) {
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        ResultLine.Figures figures =
                new ResultLine.Figures(modelCalls, agent.billedModelCalls(), numTurns, millis, agent.nextResultIndex());
        JsonObject line = ResultLine.of(agent, ended, figures, denials);
        List<String> uuids = new ArrayList<>();
        for (UserMessage one : messages) {
            if (one.uuid() != null) {
                uuids.add(one.uuid());
            }
        }
        boolean named = agent.version().isCurrent() && !uuids.isEmpty();
        return named
                ? line.put("user_message_uuid", uuids.get(uuids.size() - 1)).put("user_message_uuids", uuids)
                : line;
    }
}
