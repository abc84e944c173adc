package dev.switchboard.itests;

import static dev.switchboard.itests.Scenario.row;
import static dev.switchboard.itests.ScenarioSteps.both;
import static dev.switchboard.itests.ScenarioSteps.contains;
import static dev.switchboard.itests.ScenarioSteps.died;
import static dev.switchboard.itests.ScenarioSteps.execute;
import static dev.switchboard.itests.ScenarioSteps.forgetSessions;
import static dev.switchboard.itests.ScenarioSteps.logged;
import static dev.switchboard.itests.ScenarioSteps.makes;
import static dev.switchboard.itests.ScenarioSteps.says;
import static dev.switchboard.itests.ScenarioSteps.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The part of the table that is about turns which take their course, are stopped, or are begun by the agent. */
final class ScenariosOfTurns {
    private static final String INTERRUPTED = "user_text? error_during_execution! IDLE (agent_interrupt)";
    private static final String KILLED =
            "user_text? error_during_execution!? IDLE process_killed (agent_kill) (execution_killed)";

    private ScenariosOfTurns() {}

    static List<Scenario> rows() {
        return List.of(
                row(1, "a plain turn", "hello").shows("init text success IDLE").then(says("You said: hello")),
                row(1, "the first turn of a conversation", "hello").first().shows("session init text success IDLE"),
                row(1, "thinking", "[[think text=hm say=yes]]").shows("init thinking text success IDLE"),
                row(1, "pieces of a text", "[[stream words=5 every=1ms]]")
                        .options("{'include_partial_messages':true}")
                        .shows("init status (stream_event)+ text (stream_event)+ success IDLE")
                        .then((play, none) -> assertPieces(play)),
                row(2, "a tool that needs no permission", "[[tools 2]]")
                        .shows("init text tool_use tool_result text tool_use tool_result text success IDLE"),
                row(2, "a tool that does not exist", "[[tools 1 name=NoSuch]]")
                        .shows("init text tool_use tool_result text success IDLE")
                        .then(contains("No such tool")),
                row(6, "interrupted in a text", "[[slow lines=1000 every=20ms]]")
                        .when("text", send("agent_interrupt"))
                        .shows("init text+ " + INTERRUPTED),
                row(6, "interrupted in a tool", "[[bash sleep=60s]]")
                        .when("tool_use", send("agent_interrupt"))
                        .shows("init text tool_use tool_result? " + INTERRUPTED),
                row(6, "interrupted in silence", "[[hang]]")
                        .when("init", send("agent_interrupt"))
                        .shows("init text* " + INTERRUPTED),
                row(7, "a second prompt in a turn", "[[say]] [[until file=go]] [[slow lines=5 every=20ms]]")
                        .when("text", execute("me too"))
                        .when("(PROCESS_ACTIVE)", makes("go"))
                        .shows("init text+ (PROCESS_ACTIVE) text* success IDLE"),
                row(7, "a second prompt in a tool", "[[bash sleep=2s]]")
                        .when("tool_use", execute("me too"))
                        .shows("init text tool_use (PROCESS_ACTIVE) tool_result text success IDLE"),
                row(9, "a command in the background", "[[background for=300ms scale=1]]")
                        .shows("init text tool_use background_tasks_changed task_started tool_result text success IDLE"
                                + " EXECUTING task_updated? task_notification? background_tasks_changed? init text"
                                + " success IDLE")
                        .older("init text tool_use task_started tool_result text success IDLE"
                                + " EXECUTING task_updated? task_notification? init text success IDLE")
                        .inOneTurn("init text tool_use background_tasks_changed? task_started tool_result text success"
                                + " IDLE")
                        .then((play, none) -> assertOwnTurn(play)),
                row(9, "a subagent that goes on", "[[subagent for=300ms scale=1]]")
                        .shows("init text tool_use background_tasks_changed task_started tool_result text text success"
                                + " IDLE EXECUTING task_updated? task_notification? background_tasks_changed? init text"
                                + " success IDLE")
                        .older("init text tool_use task_started tool_result text text success IDLE"
                                + " EXECUTING task_updated? task_notification? init text success IDLE")
                        .inOneTurn("init text tool_use background_tasks_changed? task_started tool_result text text"
                                + " success IDLE")
                        .then((play, none) -> assertOwnTurn(play)),
                row(12, "a conversation that does not exist any more", "hello")
                        .before(forgetSessions())
                        .options("{'max_turns':9}")
                        .shows("session init text success IDLE")
                        .then(contains("turn 1 of our conversation")),
                row(
                                12,
                                "a conversation that is refused, and the new one too",
                                "[[exit first code=1 stderr=\"No conversation found with session ID: gone\"]]")
                        .options("{'max_turns':9}")
                        .shows("EXECUTION_FAILED ERROR")
                        .then(both(
                                died(1, "No conversation found"),
                                logged("its conversation does not exist any more, beginning a new one"))),
                row(13, "killed in a text", "[[slow lines=1000 every=20ms]]")
                        .when("text", send("agent_kill"))
                        .shows("init text+ " + KILLED),
                row(13, "killed in a tool", "[[bash sleep=60s]]")
                        .when("tool_use", send("agent_kill"))
                        .shows("init text tool_use tool_result? " + KILLED),
                row(13, "killed with processes in sessions of their own", "[[tree depth=2 width=2 life=60s]] [[hang]]")
                        .when("tool_result", send("agent_kill"))
                        .shows("init text tool_use tool_result text* " + KILLED)
                        .then((play, none) -> play.awaitNobody()),
                row(13, "killed while it is deaf", "[[deaf]] [[slow lines=1000 every=20ms]]")
                        .when("text", send("agent_kill"))
                        .shows("init text+ IDLE process_killed (agent_kill) (execution_killed)"),
                row(13, "processes that a completed turn leaves behind", "[[tree depth=2 width=2 life=60s]]")
                        .shows("init text tool_use tool_result text success IDLE"),
                row(15, "a new conversation in the same process", "/clear")
                        .shows("conversation_reset background_tasks_changed session init success IDLE")
                        .older("session init success IDLE")
                        .then((play, none) -> assertGoesOnInTheNewSession(play)));
    }

    /** The pieces make the text, and the text is the result. */
    private static void assertPieces(ScenarioPlay play) {
        StringBuilder pieces = new StringBuilder();
        play.frames().stream()
                .map(frame -> frame.at("/data/event/delta/text").asText())
                .forEach(pieces::append);
        assertFalse(play.texts().isEmpty());
        assertEquals(play.texts(), pieces.toString());
        assertEquals(play.texts(), play.frame("success").at("/data/result").asText());
    }

    /** The turn that the agent began by itself is a run of its own, and says so. */
    private static void assertOwnTurn(ScenarioPlay play) {
        List<JsonNode> begun = play.frames().stream()
                .filter(frame -> Frames.state(frame).equals("EXECUTING"))
                .toList();
        assertFalse(begun.get(0).get("data").has("origin"));
        for (JsonNode own : begun.subList(1, begun.size())) {
            assertEquals("agent", own.at("/data/origin").asText());
            assertNotEquals(begun.get(0).at("/data/execution_id"), own.at("/data/execution_id"));
            JsonNode last = play.frames().get(play.frames().size() - 1);
            assertEquals(own.at("/data/execution_id"), last.at("/data/execution_id"));
        }
    }

    private static void assertGoesOnInTheNewSession(ScenarioPlay play) throws Exception {
        String now = play.session().orElseThrow();
        assertEquals(now, play.frame("session").at("/data/session_id").asText());
        if (!play.isWarm()) {
            // Nothing was said in it, so that there is nothing yet to resume: the next turn begins yet another one.
            assertFalse(play.run("[[session]]").toString().contains("hello"));
            return;
        }
        List<JsonNode> next = play.run("[[session]]");
        assertTrue(next.toString().contains("\\\"session_id\\\":\\\"" + now), () -> Frames.brief(next));
    }
}
