package dev.switchboard.mock.turn;

import dev.switchboard.mock.MockClock;
import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.session.Ids;
import dev.switchboard.mock.session.Session;
import dev.switchboard.mock.session.Timestamps;
import java.util.ArrayList;
import java.util.List;

/** Takes turns: what comes before and after the script of a prompt. Turn thread only. */
public final class TurnRunner {

    /** What the prompt asks for. */
    public interface Script {

        /** What comes before the first line of the turn; usually nothing. */
        void before(Agent agent, String prompt);

        void play(Turn turn);
    }

    /** How long the older release waits for background tasks at the end of the input. */
    private static final long OLD_PATIENCE_MILLIS = 5_000;

    private final Agent agent;
    private final Mailbox mailbox;
    private final Script script;
    private final List<Held> held = new ArrayList<>();
    private boolean oneShot;
    private boolean lastFailed;

    /** A result that is not written yet, and what the format {@code text} shows of it. */
    private record Held(JsonObject line, String text) {}

    public TurnRunner(Agent agent, Mailbox mailbox, Script script) {
        this.agent = agent;
        this.mailbox = mailbox;
        this.script = script;
    }

    /** Whether the last result was an error: that alone decides the exit code. */
    public boolean lastFailed() {
        return lastFailed;
    }

    /** A one-shot run: one prompt, one turn, and those that its background tasks set off. All results come at the end. */
    public void runOnce(String prompt) throws InterruptedException {
        oneShot = true;
        mailbox.offer(UserMessage.of(prompt));
        mailbox.end();
        runAll(-1);
    }

    /** Takes turns until the input ends, or nothing came for {@code patienceMillis} after a turn (negative: for ever). */
    public void runAll(long patienceMillis) throws InterruptedException {
        List<UserMessage> batch = mailbox.nextBatch(-1, false);
        while (batch != null) {
            run(batch);
            batch = next(patienceMillis);
        }
        writeHeld();
    }

    /** Waits for messages; meanwhile background tasks end, and each sets off a turn. */
    private List<UserMessage> next(long patienceMillis) throws InterruptedException {
        boolean current = agent.version().isCurrent();
        while (!agent.background().isEmpty()) {
            long rest = agent.background().millisToNext();
            boolean gaveUp = !current && mailbox.hasEnded() && rest > MockClock.scaled(OLD_PATIENCE_MILLIS);
            List<UserMessage> batch = mailbox.nextBatch(
                    gaveUp ? MockClock.scaled(OLD_PATIENCE_MILLIS) : rest, current || mailbox.hasEnded());
            if (batch != null || gaveUp) {
                return batch;
            }
            if (agent.background().millisToNext() == 0) {
                if (!mailbox.beginUnasked()) {
                    return null;
                }
                runUnasked(agent.background().end());
            }
        }
        return mailbox.nextBatch(patienceMillis, false);
    }

    /** The turn that the agent takes by itself when a task has ended. */
    private void runUnasked(BackgroundTasks.Task task) {
        agent.state("running");
        agent.fallBackTo(null);
        Outcome outcome = answer(UserMessage.of(task.script()), List.of(), task);
        lastFailed = outcome.error();
        agent.state("idle");
    }

    /** One turn for all messages of the batch. */
    private void run(List<UserMessage> batch) {
        UserMessage prompt = joined(batch);
        script.before(agent, prompt.text());
        agent.state("running");
        agent.fallBackTo(null);
        for (UserMessage message : batch) {
            agent.lifecycle().started(message);
        }
        boolean clear = agent.options().slashCommands() && prompt.text().strip().equals("/clear");
        Outcome outcome = clear ? clear(batch) : answer(prompt, batch, null);
        lastFailed = outcome.error();
        agent.state("idle");
    }

    /** @param task what set the turn off if no message did, else null */
    private Outcome answer(UserMessage prompt, List<UserMessage> batch, BackgroundTasks.Task task) {
        Session session = agent.session();
        if (task == null) {
            session.recordPrompt(prompt.text());
        }
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
        session.recordAnswer(task == null ? prompt.text() : null, outcome.text() == null ? "" : outcome.text());
        finish(turn, outcome, task);
        for (UserMessage message : turn.messages()) {
            agent.lifecycle().ended(message, outcome.subtype().equals("error_during_execution"));
        }
        return outcome;
    }

    private void finish(Turn turn, Outcome outcome, BackgroundTasks.Task task) {
        JsonObject line = turn.result(outcome);
        if (task != null && agent.version().isCurrent() && outcome.subtype().equals("success")) {
            line.put("origin", task.origin());
        }
        held.add(new Held(line, agent.options().outputFormat().equals("text") ? outcome.plainText() : ""));
        if (!oneShot || agent.background().isEmpty()) {
            writeHeld();
        }
    }

    /** Writes the results that are due; the formats that show one result show the last. */
    private void writeHeld() {
        int first = agent.output().showsAllLines() ? 0 : Math.max(held.size() - 1, 0);
        for (Held one : held.subList(first, held.size())) {
            agent.output().result(one.line(), one.text());
        }
        held.clear();
    }

    /** {@code /clear}: the process goes on with a new conversation, whose id init and result carry. */
    private Outcome clear(List<UserMessage> batch) {
        agent.background().drop();
        if (agent.version().isCurrent()) {
            String oldId = agent.session().id();
            // Not the id of the session that follows: that one comes with the init line.
            String marker = Ids.uuidOf(oldId + "#reset");
            agent.output()
                    .line(JsonObject.of("type", "conversation_reset")
                            .put("new_conversation_id", marker)
                            .put("uuid", marker)
                            .put("trigger", "clear")
                            .put(
                                    "user_message_uuid",
                                    batch.get(0).uuid() == null
                                            ? agent.session().ids().uuid()
                                            : batch.get(0).uuid())
                            .put("timestamp", Timestamps.now())
                            .put("session_id", oldId));
            agent.background().changed();
        }
        agent.sessions().startOver();
        agent.output().line(InitLine.of(agent, uuids(batch)));
        Turn turn = new Turn(agent, mailbox, joined(batch), batch);
        Outcome outcome = agent.version().isCurrent() ? turn.localCommand("clear") : Outcome.success("");
        finish(turn, outcome, null);
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
