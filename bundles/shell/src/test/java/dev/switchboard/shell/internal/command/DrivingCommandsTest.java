package dev.switchboard.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.Direction;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.ExecutorEntry;
import dev.switchboard.shell.internal.FakeExecutions;
import dev.switchboard.shell.internal.FakeServer;
import dev.switchboard.shell.internal.Runs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("H6 projects, executors, runs and questions")
class DrivingCommandsTest {
    private final Calls calls = new Calls();
    private final ProjectId project =
            calls.server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
    private final FakeExecutions executions = new FakeExecutions(calls.server, run -> {});

    private JsonNode json(ServerCommand command, String... words) throws Exception {
        Calls other = new Calls();
        assertEquals(0, command.run(prepared(command, other, words)));
        return other.output.json();
    }

    private Call prepared(ServerCommand command, Calls other, String... words) throws CommandException {
        Calls.prepare(command, words);
        return new Call(calls.server, other.output.console, "anna");
    }

    private String refusal(ErrorCode code, ServerCommand command, String... words) {
        SwitchboardException refusal = assertThrows(SwitchboardException.class, () -> calls.call(command, words));
        assertEquals(code, refusal.code());
        return refusal.getMessage();
    }

    private void asks(String id, String tool) {
        ProjectStatus before = calls.server.status(project);
        PermissionRequest request = new PermissionRequest(
                id,
                tool,
                Content.of("{\"command\":\"ls\"}"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(FakeServer.NOW));
        calls.server.replace(before, before.project(), List.of(request), Optional.of(ExecutionId.random()));
    }

    private void executor(String name, Optional<String> unavailable, boolean selected) {
        calls.server.executors.add(new ExecutorEntry(
                name,
                0,
                selected,
                "some.bundle",
                new AgentCapabilities(
                        Optional.of("2.1"),
                        Optional.of("/bin/x"),
                        unavailable,
                        Set.of("plan", "default"),
                        Set.of("adopt"))));
    }

    @Test
    void configuresAProject() throws Exception {
        assertEquals(0, calls.call(new ProjectConfigureCommand(), "--name", "uno", "--executor", "echo", "one"));
        assertEquals(
                List.of("Configured project " + project + ": name \"uno\", executor echo, timeout the server's"),
                calls.output.lines());
        assertEquals("echo", calls.server.status(project).project().executor());
        assertEquals(
                "uno",
                json(new ProjectConfigureCommand(), "--json", "--name", "uno", "uno")
                        .get("name")
                        .asText());
        calls.call(new ProjectConfigureCommand(), "--name", "", "--timeout-ms", "1500", "uno");
        calls.call(new ProjectConfigureCommand(), "--timeout-ms", "0", "/srv/one");
        calls.call(new ProjectConfigureCommand(), "--timeout-ms", "-1", "/srv/one");
        assertEquals(
                List.of("the server's", "1500 ms", "none", "the server's"),
                calls.output.lines().stream()
                        .map(line -> line.substring(line.indexOf("timeout ") + "timeout ".length()))
                        .toList());
        assertEquals(Optional.empty(), calls.server.status(project).project().name());
        assertTrue(refusal(ErrorCode.VALIDATION_FAILED, new ProjectConfigureCommand(), "/srv/one")
                .startsWith("nothing to change was given"));
    }

    @Test
    void usesOnlyAnExecutorThatIsInstalled() throws Exception {
        executor("claude", Optional.empty(), true);
        executor("echo", Optional.of("it is not\nthere"), true);
        assertEquals(0, calls.call(new ExecutorUseCommand(), "one", "echo"));
        assertEquals(
                List.of("Executor is now echo (was claude)", "(it cannot run agents just now: it is not there)"),
                calls.output.lines());
        assertEquals(
                "no executor \"cursor\" is installed; there is claude, echo",
                refusal(ErrorCode.EXECUTOR_UNAVAILABLE, new ExecutorUseCommand(), "one", "cursor"));
        assertEquals("echo", calls.server.status(project).project().executor());
        assertEquals(
                Json.object()
                        .put("project_id", project.toString())
                        .put("executor", "claude")
                        .put("before", "echo")
                        .put("available", true),
                json(new ExecutorUseCommand(), "--json", "one", "claude"));
        JsonNode unavailable = json(new ExecutorUseCommand(), "--json", "one", "echo");
        assertFalse(unavailable.get("available").asBoolean());
        assertEquals("it is not\nthere", unavailable.get("message").asText());
    }

    @Test
    void showsAnExecutor() throws Exception {
        executor("claude", Optional.empty(), false);
        executor("claude", Optional.empty(), true);
        calls.call(new ExecutorInfoCommand(), "claude");
        assertTrue(calls.output.lines().contains("permission modes  default, plan"), calls.output.text());
        assertTrue(calls.output.lines().contains("state             available"), calls.output.text());
        JsonNode document = json(new ExecutorInfoCommand(), "--json", "claude");
        assertEquals("2.1", document.get("version").asText());
        assertTrue(document.get("selected").asBoolean(), "the one that gets new runs");
        assertEquals(
                "no executor \"x\" is installed; there is claude",
                refusal(ErrorCode.EXECUTOR_UNAVAILABLE, new ExecutorInfoCommand(), "x"));
    }

    @Test
    void listsOpenQuestionsOfAllProjects() throws Exception {
        calls.call(new PermissionListCommand());
        assertTrue(calls.output.text().contains("No agent asks anything."));
        asks("p1", "Bash\u001b[1m");
        Calls other = new Calls();
        PermissionListCommand command = new PermissionListCommand();
        command.run(prepared(command, other));
        String row = other.output.lines().get(2);
        assertTrue(
                row.matches("p1 +│ one +│ Bash\ufffd\\[1m +│ 2026-01-31T10:15:30Z +│ \\{\"command\":\"ls\"} *"), row);
        JsonNode item =
                json(new PermissionListCommand(), "--json").get("permissions").get(0);
        assertEquals(project.toString(), item.get("project_id").asText());
        assertEquals("p1", item.get("permission_id").asText());
        assertEquals("ls", item.at("/input/command").asText());
    }

    @Test
    void answersAQuestion() throws Exception {
        calls.server.execution = Optional.of(executions);
        calls.call(
                new PermissionAnswerCommand(), "--remember", "--input", "{\"command\":\"pwd\"}", "one", "p1", "allow");
        calls.call(new PermissionAnswerCommand(), "--message", "not here", "one", "p2", "deny");
        assertEquals(List.of("Allowed", "Denied"), calls.output.lines());
        assertEquals(Decision.ALLOW, executions.answers.get(0).decision());
        assertTrue(executions.answers.get(0).remember());
        assertEquals(
                "{\"command\":\"pwd\"}",
                executions.answers.get(0).updatedInput().orElseThrow().toText());
        assertEquals("p2", executions.answers.get(1).permissionId());
        assertEquals(Optional.of("not here"), executions.answers.get(1).message());
        assertEquals(
                Json.object()
                        .put("project_id", project.toString())
                        .put("permission_id", "p3")
                        .put("decision", "deny"),
                json(new PermissionAnswerCommand(), "--json", "one", "p3", "deny"));
    }

    private ObjectNode outcome(String status) {
        return Json.object().put("project_id", project.toString()).put("status", status);
    }

    @Test
    @DisplayName("kill and interrupt tell which run they ended, queue-cancel which one it took out")
    void endsRuns() throws Exception {
        calls.server.execution = Optional.of(executions);
        for (boolean document : List.of(false, true)) {
            Calls shown = new Calls();
            List<String> ended = new ArrayList<>();
            for (ServerCommand command : List.of(new KillCommand(), new InterruptCommand())) {
                Execution run = Runs.started(ExecutionId.random(), project, 1);
                executions.active = Optional.of(run);
                ended.add(run.id().toString());
                command.run(document ? prepared(command, shown, "--json", "one") : prepared(command, shown, "one"));
            }
            assertEquals(
                    document
                            ? List.of(
                                    outcome("killed")
                                            .put("execution_id", ended.get(0))
                                            .toString(),
                                    outcome("interrupted")
                                            .put("execution_id", ended.get(1))
                                            .toString())
                            : List.of("Killed run " + ended.get(0), "Interrupted run " + ended.get(1)),
                    shown.output.lines());
        }
        String waiting = ExecutionId.random().toString();
        calls.call(new QueueCancelCommand(), "one", waiting);
        assertEquals(List.of("Took run " + waiting + " out of the queue"), calls.output.lines());
        assertEquals(
                outcome("cancelled").put("execution_id", waiting),
                json(new QueueCancelCommand(), "--json", "one", waiting));
        assertEquals("no run is active", refusal(ErrorCode.PROCESS_NOT_FOUND, new KillCommand(), "--json", "one"));
    }

    @Test
    void deletesAProject() throws Exception {
        assertEquals(outcome("deleted"), json(new ProjectDeleteCommand(), "--json", "one"));
        assertEquals(List.of(), calls.server.projects);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one p1 maybe | \"maybe\" is no decision; expected allow or deny",
                "--message x one p1 allow | --message goes with deny only",
                "--remember one p1 deny | --input and --remember go with allow only",
                "--input {} one p1 deny | --input and --remember go with allow only",
                "--input [] one p1 allow | --input is not a JSON object",
                "--input { one p1 allow | --input is not a JSON object"
            })
    void refusesAnAnswerThatMakesNoSense(String line, String message) {
        calls.server.execution = Optional.of(executions);
        String refusal = refusal(ErrorCode.VALIDATION_FAILED, new PermissionAnswerCommand(), line.split(" "));
        assertTrue(refusal.startsWith(message), refusal);
        assertEquals(List.of(), executions.answers);
    }

    @Test
    void listsRunsWithWhoBeganThemAndWhen() throws Exception {
        assertEquals(0, json(new ExecutionListCommand(), "--json").get("total").asInt());
        ExecutionId run = ExecutionId.random();
        String id = "\"execution_id\":\"" + run + "\"";
        calls.server.record(Direction.SERVER, "project_state", "{\"state\":\"EXECUTING\"," + id + "}");
        calls.server.record(Direction.CLIENT, "user", "{" + id + ",\"by\":\"bob\",\"prompt\":\"hidden\"}");
        ProjectStatus before = calls.server.status(project);
        calls.server.replace(before, before.project(), List.of(), Optional.of(run));
        JsonNode item =
                json(new ExecutionListCommand(), "--json").get("executions").get(0);
        assertEquals(run.toString(), item.get("execution_id").asText());
        assertEquals("bob", item.get("by").asText());
        assertEquals("client", item.get("origin").asText());
        assertEquals("2026-01-31T10:15:30.123456Z", item.get("started_at").asText());
        calls.call(new ExecutionListCommand());
        String row = calls.output.lines().get(2);
        assertTrue(
                row.matches(run + " +│ one +│ claude +│ 2026-01-31T10:15:30Z +│ \\d+d\\d\\dh +│ bob +│ 0 +│ 0 *"), row);
    }

    @Test
    void aRunThatTheAgentBeganOrWhoseBeginningIsGoneIsListedToo() throws Exception {
        ProjectStatus before = calls.server.status(project);
        calls.server.replace(before, before.project(), List.of(), Optional.of(ExecutionId.random()));
        JsonNode item =
                json(new ExecutionListCommand(), "--json").get("executions").get(0);
        assertEquals("agent", item.get("origin").asText());
        assertTrue(item.path("started_at").isMissingNode());
        calls.call(new ExecutionListCommand());
        assertTrue(calls.output.text().contains("(the agent)"), calls.output.text());
    }
}
