package dev.switchboard.itests;

import static dev.switchboard.itests.Scenario.row;
import static dev.switchboard.itests.ScenarioSteps.allowWith;
import static dev.switchboard.itests.ScenarioSteps.answer;
import static dev.switchboard.itests.ScenarioSteps.both;
import static dev.switchboard.itests.ScenarioSteps.contains;
import static dev.switchboard.itests.ScenarioSteps.didNotWrite;
import static dev.switchboard.itests.ScenarioSteps.says;
import static dev.switchboard.itests.ScenarioSteps.send;
import static dev.switchboard.itests.ScenarioSteps.wrote;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/** The part of the table that is about what the agent may do, and who is asked. */
final class ScenariosOfQuestions {
    private static final String WRITE = "[[ask tool=Write path=a.txt content=hello]]";
    private static final String REMOTE = "{'ask':'remote'}";
    private static final String ASKED = "init text tool_use asks:Write ";
    private static final String RESULT = " (permission_response) tool_result text success IDLE";

    private ScenariosOfQuestions() {}

    static List<Scenario> rows() {
        return List.of(
                row(2, "nobody can be asked", WRITE)
                        .shows("init text tool_use tool_result text success IDLE")
                        .then(both(didNotWrite("a.txt"), (play, none) -> assertDenial(play))),
                row(3, "allowed", WRITE)
                        .options(REMOTE)
                        .when("asks:Write", answer("{'decision':'allow'}"))
                        .shows(ASKED + "allow:initial" + RESULT)
                        .then(wrote("a.txt", "hello")),
                row(3, "denied", WRITE)
                        .options(REMOTE)
                        .when("asks:Write", answer("{'decision':'deny','message':'not today'}"))
                        .shows(ASKED + "deny:initial" + RESULT)
                        .then(both(didNotWrite("a.txt"), contains("not today"))),
                row(3, "allowed with a changed input", WRITE)
                        .options(REMOTE)
                        .when("asks:Write", allowWith("content", "'changed'"))
                        .shows(ASKED + "allow:initial" + RESULT)
                        .then(wrote("a.txt", "changed")),
                row(3, "answered wrongly first", WRITE)
                        .options(REMOTE)
                        .when(
                                "asks:Write",
                                both(
                                        answer("{'decision':'perhaps'}"),
                                        answer("{'decision':'allow','updated_input':7}")))
                        .when(
                                "(VALIDATION_FAILED)",
                                (play, none) -> answer("{'decision':'allow'}").take(play, play.frame("asks:Write")))
                        .shows(ASKED + "(VALIDATION_FAILED) (VALIDATION_FAILED) allow:initial" + RESULT)
                        .then(wrote("a.txt", "hello")),
                row(3, "allowed for the rest of the session", WRITE + " [[ask tool=Write path=b.txt content=b]]")
                        .options(REMOTE)
                        .when("asks:Write", answer("{'decision':'allow','remember':true}"))
                        .shows(ASKED + "allow:initial (permission_response) status tool_result text text? tool_use"
                                + " tool_result text success IDLE")
                        .then(wrote("b.txt", "b")),
                row(4, "withdrawn by an interrupt, answered too late", WRITE)
                        .options(REMOTE)
                        .when("asks:Write", send("agent_interrupt"))
                        .when(
                                "(agent_interrupt)",
                                (play, none) -> answer("{'decision':'allow'}").take(play, play.frame("asks:Write")))
                        .shows(ASKED + "withdrawn:agent tool_result? user_text? error_during_execution! IDLE"
                                + " (agent_interrupt) (VALIDATION_FAILED)")
                        .then(didNotWrite("a.txt")),
                row(4, "withdrawn by a kill", WRITE)
                        .options(REMOTE)
                        .when("asks:Write", send("agent_kill"))
                        .shows(ASKED + "withdrawn:agent tool_result? user_text? error_during_execution!? IDLE"
                                + " process_killed (agent_kill) (execution_killed)")
                        .then(didNotWrite("a.txt")),
                row(5, "a question to the user", "[[question text=\"Which?\" options=A,B]]")
                        .options(REMOTE)
                        .when("asks:AskUserQuestion", allowWith("answers", "{'Which?':'B'}"))
                        .shows("init text tool_use asks:AskUserQuestion allow:initial" + RESULT)
                        .then(both(says("\"Which?\"=\"B\""), (play, none) -> assertQuestion(play))),
                row(5, "a question to the user that is refused", "[[question text=\"Which?\" options=A,B]]")
                        .options(REMOTE)
                        .when("asks:AskUserQuestion", answer("{'decision':'deny'}"))
                        .shows("init text tool_use asks:AskUserQuestion deny:initial" + RESULT)
                        .then(says("not permitted")),
                row(5, "a plan that is approved", "[[plan text=\"1. do it\"]]")
                        .options("{'ask':'remote','permission_mode':'plan'}")
                        .when("asks:ExitPlanMode", answer("{'decision':'allow'}"))
                        .shows("status? init text tool_use asks:ExitPlanMode allow:initial (permission_response)"
                                + " status tool_result text success IDLE")
                        .then(says("The plan was approved.")),
                row(5, "a plan that is not approved", "[[plan text=\"1. do it\"]]")
                        .options("{'ask':'remote','permission_mode':'plan'}")
                        .when("asks:ExitPlanMode", answer("{'decision':'deny','message':'more detail'}"))
                        .shows("status? init text tool_use asks:ExitPlanMode deny:initial" + RESULT)
                        .then(both(says("not approved"), contains("more detail"))));
    }

    /** Those that take the time that a question or silence may last; they are played all at once. */
    static List<Scenario> waits() {
        return List.of(
                row(4, "never answered", WRITE)
                        .options(REMOTE)
                        .shows(ASKED + "deny:server tool_result text success IDLE")
                        .then(both(didNotWrite("a.txt"), contains("Nobody answered in time"))),
                row(14, "silent for too long", "[[hang]]")
                        .shows("init text* user_text? error_during_execution!? EXECUTION_TIMEOUT ERROR")
                        .then((play, none) -> assertTrue(play.frame("EXECUTION_TIMEOUT")
                                .at("/data/message")
                                .asText()
                                .contains("silent"))),
                row(14, "goes on with its standard output closed", "[[close-stdout]]")
                        .shows("init EXECUTION_TIMEOUT ERROR"));
    }

    private static void assertDenial(ScenarioPlay play) {
        assertEquals(
                "Write",
                play.frame("success").at("/data/permission_denials/0/tool_name").asText());
    }

    private static void assertQuestion(ScenarioPlay play) {
        assertEquals(
                "Which?",
                play.frame("asks:AskUserQuestion")
                        .at("/data/input/questions/0/question")
                        .asText());
    }
}
