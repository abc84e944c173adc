package dev.switchboard.shell.internal.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.ExecutionRequest;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.security.Role;
import dev.switchboard.shell.internal.FakeExecutions;
import dev.switchboard.shell.internal.FakeServer;
import dev.switchboard.shell.internal.Runs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H6 X7 a conversation, without its terminal")
class ConversationTest {
    private final FakeServer server = new FakeServer();
    private final ProjectId project =
            server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
    private final FakeExecutions executions = new FakeExecutions(server, run -> {});
    private final List<String> shown = new ArrayList<>();
    private Conversation conversation;
    private ConversationView view;

    @BeforeEach
    void begin() {
        server.execution = Optional.of(executions);
        begin(new PermissionModes(Set.of(), false));
    }

    private void begin(PermissionModes modes) {
        conversation = new Conversation(server, server.status(project), "anna", modes, shown::add);
        view = new ConversationView(project, conversation, shown::add);
    }

    private static PermissionRequest question(String id, String tool) {
        return new PermissionRequest(id, tool, Content.of("{}"), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The project is at work, with questions and runs that wait. */
    private void working(List<PermissionRequest> questions, QueuedExecution... queue) {
        ProjectStatus now = server.status(project);
        conversation.changed(new ProjectStatus(
                now.project(),
                ProjectState.EXECUTING,
                Optional.of(ExecutionId.random()),
                now.log(),
                questions,
                Optional.empty(),
                List.of(queue)));
    }

    @Test
    void aLineIsAPromptThatWaitsItsTurnAndMayAsk() {
        assertTrue(conversation.enter(" fix \"it "));
        ExecutionRequest request = executions.requests.get(0);
        assertEquals(project, request.project());
        assertEquals("fix \"it", request.prompt().text());
        assertEquals("\"fix \\\"it\"", request.prompt().json().toText());
        assertTrue(request.queue());
        assertEquals(Ask.REMOTE, request.options().ask());
        assertEquals(Optional.empty(), request.options().permissionMode());
        assertEquals("anna", request.by().name());
        assertEquals(Role.OPERATOR, request.by().role());
        assertEquals(List.of(), shown);
        conversation.enter("and that");
        assertEquals(List.of("(waits in the queue, place 1)"), shown);
        assertTrue(conversation.enter("   "));
        assertEquals(2, executions.requests.size());
    }

    @Test
    void theLineSaysWhereItIs() {
        assertEquals("[one | idle | default] > ", conversation.prompt());
        working(List.of(), new QueuedExecution(ExecutionId.random(), "anna", "next", FakeServer.NOW));
        conversation.nextMode();
        assertEquals("[one | working +1 | acceptEdits] > ", conversation.prompt());
        working(List.of(question("p1", "Bash\u001b[2J")));
        assertEquals("[one] allow Bash\ufffd[2J? (y, n, always, or deny and why) > ", conversation.prompt());
    }

    @Test
    void theChosenModeIsThatOfTheNextPrompts() {
        conversation.nextMode();
        conversation.nextMode();
        conversation.enter("think");
        assertEquals(Optional.of("plan"), executions.requests.get(0).options().permissionMode());
        conversation.nextMode();
        conversation.enter("/mode nonsense");
        conversation.enter("go on");
        assertEquals(
                Optional.of("default"), executions.requests.get(1).options().permissionMode());
        assertEquals("(\"nonsense\" cannot be chosen; there is default, acceptEdits, plan)", shown.get(0));
    }

    @Test
    @DisplayName("H6 C5 only a prompt without questions takes the role admin")
    void bypassesAsAdmin() {
        conversation.enter("/mode bypassPermissions");
        assertEquals(1, shown.size(), "it is not offered");
        begin(new PermissionModes(Set.of(), true));
        conversation.enter("/mode bypassPermissions");
        conversation.enter("go");
        assertEquals(Role.ADMIN, executions.requests.get(0).by().role());
        assertEquals(
                Optional.of("bypassPermissions"),
                executions.requests.get(0).options().permissionMode());
    }

    @Test
    void questionsAreAnsweredOneAfterTheOther() {
        working(List.of(question("p1", "Bash"), question("p2", "Write")));
        conversation.enter("also look at the tests");
        assertEquals(List.of(), executions.requests, "it is not sent to an agent that waits for an answer");
        assertEquals(List.of("(the agent waits for an answer: y, n, always, or deny and why)"), shown);
        conversation.enter("always");
        assertTrue(conversation.prompt().contains("allow Write?"), "at once: " + conversation.prompt());
        conversation.enter("deny not there");
        assertEquals(
                List.of(
                        new PermissionAnswer("p1", Decision.ALLOW, Optional.empty(), Optional.empty(), true),
                        new PermissionAnswer("p2", Decision.DENY, Optional.of("not there"), Optional.empty(), false)),
                executions.answers);
        assertEquals("[one | working | default] > ", conversation.prompt());
    }

    @Test
    void aQuestionThatIsNotShownYetIsAnsweredToo() {
        ProjectStatus shown = server.status(project);
        server.replace(shown, shown.project(), List.of(question("p1", "Bash")), Optional.of(ExecutionId.random()));
        conversation.enter("y");
        assertEquals(List.of(), executions.requests);
        assertEquals(
                List.of(new PermissionAnswer("p1", Decision.ALLOW, Optional.empty(), Optional.empty(), false)),
                executions.answers);
        conversation.enter("and then");
        assertEquals(1, executions.requests.size(), "it is answered, whatever the server still says");
    }

    @Test
    void anAnswerThatWasRefusedIsAskedForAgain() {
        working(List.of(question("p1", "Bash")));
        server.execution = Optional.empty();
        conversation.enter("y");
        assertEquals(List.of("[error] answer: it is not available"), shown);
        assertTrue(conversation.prompt().contains("allow Bash?"), conversation.prompt());
    }

    @Test
    void aRunIsStopped() {
        conversation.interrupt();
        assertEquals(List.of(), executions.stops);
        assertEquals(List.of("(the agent is not at work; Ctrl-D leaves)"), shown);
        working(List.of());
        conversation.interrupt();
        conversation.enter("/interrupt");
        conversation.enter("/kill");
        conversation.enter("/new");
        assertEquals(
                List.of("interrupt by anna", "interrupt by anna", "kill by anna", "new session by anna"),
                executions.stops);
        assertEquals("[error] kill: no run is active", shown.get(3));
    }

    @Test
    void aRunThatIsNotShownYetIsStoppedToo() {
        ProjectStatus shown = server.status(project);
        server.replace(shown, shown.project(), List.of(), Optional.of(ExecutionId.random()));
        conversation.interrupt();
        assertEquals(List.of("interrupt by anna"), executions.stops);
    }

    @Test
    void whatWaitsIsShownAndTakenOut() {
        conversation.enter("/queue");
        working(
                List.of(),
                new QueuedExecution(ExecutionId.random(), "anna", "first\u0007", FakeServer.NOW),
                new QueuedExecution(ExecutionId.random(), "bob", "second", FakeServer.NOW));
        conversation.enter("/queue");
        conversation.enter("/queue cancel 2");
        conversation.enter("/queue cancel 3");
        conversation.enter("/queue clear");
        assertEquals(
                List.of(
                        "(nothing waits)",
                        "(these wait)",
                        "1  [anna] first\ufffd",
                        "2  [bob] second",
                        "(nothing waits at place 3)",
                        "(expected /queue, or /queue cancel and a place)"),
                shown);
        assertEquals(List.of("cancel by anna"), executions.stops);
    }

    @Test
    void commandsExplainThemselvesAndOneLeaves() {
        assertTrue(conversation.enter("/help"));
        for (String command : Conversation.COMMANDS) {
            assertTrue(command.equals("/help") || shown.get(0).contains("\n" + command), command);
            assertTrue(command.equals("/quit") || conversation.enter(command), command);
        }
        assertTrue(conversation.enter("/frob x"));
        assertEquals(
                "(there is no /frob; /help tells what there is, and //frob goes to the agent)",
                shown.get(shown.size() - 1));
        assertFalse(conversation.enter("/quit"));
    }

    @Test
    void recordsAreShownAsTextWithoutWhatWasTypedHere() {
        conversation.enter("hello");
        view.show(server.record(Direction.CLIENT, "user", "{\"by\":\"anna\",\"prompt\":\"hello\"}"));
        view.show(server.record(Direction.CLIENT, "user", "{\"by\":\"anna\",\"prompt\":\"hello\"}"));
        view.show(server.record(Direction.CLIENT, "user", "{\"by\":\"bob\",\"prompt\":\"and this\"}"));
        view.show(server.record(Direction.SERVER, "project_state", "{\"state\":\"EXECUTING\"}"));
        view.show(server.record(Direction.CLAUDE, "assistant", Runs.says("done")));
        view.show(server.record(Direction.SERVER, "process_killed", "{}"));
        view.missing(new Gap(3, 4, "gone"));
        assertEquals(
                List.of("[anna] > hello", "[bob] > and this", "done", "[killed]", "[records 3 to 4 are missing: gone]"),
                shown);
    }

    @Test
    void rawRecordsAreFrames() {
        conversation.enter("/raw");
        view.show(server.record(Direction.CLAUDE, "assistant", Runs.says("done")));
        conversation.enter("/raw");
        view.show(server.record(Direction.CLAUDE, "assistant", Runs.says("done")));
        assertEquals("(records as JSON from now on)", shown.get(0));
        assertTrue(shown.get(1).startsWith("{\"type\":\"agent_message\",\"project_id\":\"" + project), shown.get(1));
        assertEquals("done", shown.get(3));
    }

    @Test
    void aPromptThatWasRefusedIsNotKeptBack() {
        executions.active = Optional.of(Runs.started(ExecutionId.random(), project, 1));
        server.execution = Optional.empty();
        conversation.enter("hello");
        assertEquals(List.of("[error] prompt: it is not available"), shown);
        assertFalse(conversation.takeOwn("hello"), "the same by somebody else is shown");
        assertEquals(Execution.Status.STARTED, executions.active.get().status());
    }
}
