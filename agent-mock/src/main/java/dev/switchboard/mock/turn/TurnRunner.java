package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.session.Session;
import dev.switchboard.mock.session.Timestamps;
import java.util.ArrayList;
import java.util.List;

/** Takes turns: what comes before and after the script of a prompt. Turn thread only. */
public final class TurnRunner {

    /** What the prompt asks for. */
    public interface Script {
        void play(Turn turn);
    }

    private final Agent agent;
    private final Mailbox mailbox;
    private final Script script;
    private boolean lastFailed;

    public TurnRunner(Agent agent, Mailbox mailbox, Script script) {
        this.agent = agent;
        this.mailbox = mailbox;
        this.script = script;
    }

    /** Whether the last result was an error: that alone decides the exit code. */
    public boolean lastFailed() {
        return lastFailed;
    }

    /** A one-shot run: one prompt, one turn. */
    public void runOnce(String prompt) throws InterruptedException {
        mailbox.offer(UserMessage.of(prompt));
        mailbox.end();
        run(mailbox.nextBatch(-1));
    }

    /** Takes turns until the input ends, or nothing came for {@code patienceMillis} after a turn (negative: for ever). */
    public void runAll(long patienceMillis) throws InterruptedException {
        List<UserMessage> batch = mailbox.nextBatch(-1);
        while (batch != null) {
            run(batch);
            batch = mailbox.nextBatch(patienceMillis);
        }
    }

    /** One turn for all messages of the batch. */
    private void run(List<UserMessage> batch) {
        agent.state("running");
        for (UserMessage message : batch) {
            agent.lifecycle().started(message);
        }
        UserMessage prompt = joined(batch);
        boolean clear = agent.options().slashCommands() && prompt.text().strip().equals("/clear");
        Outcome outcome = clear ? clear(batch) : answer(prompt, batch);
        lastFailed = outcome.error();
        agent.state("idle");
    }

    private Outcome answer(UserMessage prompt, List<UserMessage> batch) {
        Session session = agent.session();
        session.recordPrompt(prompt.text());
        agent.output().line(InitLine.of(agent, uuids(batch)));
        for (UserMessage message : batch) {
            replay(agent, message);
        }
        Turn turn = new Turn(agent, mailbox, prompt, batch);
        Outcome outcome;
        try {
            script.play(turn);
            turn.finishMessage();
            outcome = turn.outcome();
        } catch (TurnAborted e) {
            outcome = turn.interrupted();
        } catch (TurnFailed e) {
            outcome = e.outcome();
        }
        session.recordAnswer(prompt.text(), outcome.text() == null ? "" : outcome.text());
        finish(turn, outcome);
        for (UserMessage message : turn.messages()) {
            agent.lifecycle().ended(message, outcome.subtype().equals("error_during_execution"));
        }
        return outcome;
    }

    private void finish(Turn turn, Outcome outcome) {
        JsonObject line = turn.result(outcome);
        agent.output().result(line, agent.options().outputFormat().equals("text") ? outcome.plainText() : "");
    }

    /** {@code /clear}: the process goes on with a new conversation, whose id init and result carry. */
    private Outcome clear(List<UserMessage> batch) {
        String oldId = agent.session().id();
        String newId = agent.sessions().startOver().id();
        if (agent.version().isCurrent()) {
            agent.output()
                    .line(JsonObject.of("type", "conversation_reset")
                            .put("new_conversation_id", newId)
                            .put("uuid", newId)
                            .put("trigger", "clear")
                            .putIfPresent("user_message_uuid", batch.get(0).uuid())
                            .put("timestamp", Timestamps.now())
                            .put("session_id", oldId));
        }
        agent.output().line(InitLine.of(agent, uuids(batch)));
        Outcome outcome = Outcome.success("");
        Turn turn = new Turn(agent, mailbox, joined(batch), batch);
        finish(turn, outcome);
        for (UserMessage message : batch) {
            agent.lifecycle().ended(message, false);
        }
        return outcome;
    }

    /** Repeats a message on stdout, if that was asked for. */
    static void replay(Agent agent, UserMessage message) {
        if (agent.options().replay()) {
            JsonObject body = JsonObject.of("role", "user").put("content", message.content());
            agent.output()
                    .line(JsonObject.of("type", "user")
                            .put("message", body)
                            .put("parent_tool_use_id", null)
                            .put("session_id", agent.session().id())
                            .put(
                                    "uuid",
                                    message.uuid() == null
                                            ? agent.session().ids().uuid()
                                            : message.uuid())
                            .put("timestamp", Timestamps.now())
                            .put("isReplay", true));
        }
    }

    private static UserMessage joined(List<UserMessage> batch) {
        if (batch.size() == 1) {
            return batch.get(0);
        }
        StringBuilder text = new StringBuilder();
        for (UserMessage message : batch) {
            text.append(text.length() == 0 ? "" : "\n").append(message.text());
        }
        return UserMessage.of(text.toString());
    }

    private static List<String> uuids(List<UserMessage> batch) {
        List<String> uuids = new ArrayList<>();
        for (UserMessage message : batch) {
            if (message.uuid() != null) {
                uuids.add(message.uuid());
            }
        }
        return uuids;
    }
}
