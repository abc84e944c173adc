package dev.switchboard.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentSession;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.HealthStatus;
import dev.switchboard.message.Direction;
import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.ExecutorEntry;
import dev.switchboard.shell.internal.FakeServer;
import dev.switchboard.shell.internal.Runs;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ListingCommandsTest {
    private final Calls calls = new Calls();
    private final ProjectId project =
            calls.server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));

    private String[] row(int line) {
        return calls.output.lines().get(line).strip().split("\\s*│\\s*");
    }

    private JsonNode json(ServerCommand command, String... words) throws CommandException, JsonProcessingException {
        assertEquals(0, calls.call(command, words));
        return calls.output.json();
    }

    @Test
    @DisplayName("H6 P1 project-list is a table, or the wire's document")
    void listsProjects() throws CommandException, JsonProcessingException {
        calls.call(new ProjectListCommand());
        assertEquals(
                List.of(
                        "abcdef00-0000-4000-8000-000000000001",
                        "one",
                        "IDLE",
                        "claude",
                        "2026-01-31T10:15:30Z",
                        "/srv/one"),
                List.of(row(2)));
        Calls other = new Calls();
        other.server.projects.addAll(calls.server.projects);
        assertEquals(0, other.call(new ProjectListCommand(), "--json"));
        JsonNode document = other.output.json();
        assertEquals(1, document.get("total").asInt());
        assertEquals(
                project.toString(), document.get("projects").get(0).get("id").asText());
        assertEquals("IDLE", document.get("projects").get(0).get("state").asText());
    }

    @Test
    @DisplayName("H6 an empty listing says so, or is an empty document")
    void listsNothing() throws CommandException, JsonProcessingException {
        calls.server.projects.clear();
        calls.call(new ProjectListCommand());
        assertTrue(calls.output.text().contains("There are no projects."), calls.output.text());
        Calls other = new Calls();
        assertEquals(0, other.call(new ProjectListCommand(), "--json"));
        assertEquals("{\"projects\":[],\"total\":0}\n", other.output.text());
    }

    @Test
    @DisplayName("H6 P1 project-create, project-info, project-delete")
    void createsShowsDeletes() throws CommandException {
        calls.call(new ProjectCreateCommand(), "--name", "two", "/srv/two");
        ProjectId created = calls.server.projects.get(1).project().id();
        assertEquals(List.of("Created project " + created), calls.output.lines());
        calls.call(new ProjectInfoCommand(), "two");
        assertTrue(calls.output.lines().contains("path          /srv/two"), calls.output.text());
        calls.call(new ProjectDeleteCommand(), "two");
        assertTrue(calls.output.lines().contains("Deleted project " + created), calls.output.text());
        assertEquals(1, calls.server.projects.size());
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> calls.call(new ProjectCreateCommand(), "relative"));
        assertEquals(ErrorCode.INVALID_PATH, refusal.code());
    }

    @Test
    @DisplayName("H6 X7 queue-list is a table, or the wire's document; its ids complete")
    void listsTheQueue() throws CommandException, JsonProcessingException {
        assertEquals(
                0, json(new QueueListCommand(), "--json", "one").get("items").size());
        ProjectStatus idle = calls.server.projects.get(0);
        ExecutionId run = ExecutionId.parse("00000000-0000-4000-8000-00000000000a");
        calls.server.projects.set(
                0,
                new ProjectStatus(
                        idle.project(),
                        idle.state(),
                        idle.execution(),
                        idle.log(),
                        List.of(),
                        Optional.empty(),
                        List.of(new QueuedExecution(run, "ann", "do\u001b it", FakeServer.NOW))));
        Calls table = new Calls();
        table.server.projects.addAll(calls.server.projects);
        assertEquals(0, table.call(new QueueListCommand(), "one"));
        assertEquals(
                List.of(run.toString(), "2026-01-31T10:15:30Z", "ann", "do\ufffd it"),
                List.of(table.output.lines().get(2).strip().split("\\s*│\\s*")));
        Calls document = new Calls();
        document.server.projects.addAll(calls.server.projects);
        assertEquals(0, document.call(new QueueListCommand(), "--json", "one"));
        JsonNode item = document.output.json().get("items").get(0);
        assertEquals(run.toString(), item.get("execution_id").asText());
        assertEquals("ann", item.get("by").asText());
        assertEquals(
                List.of(run.toString()),
                new QueuedRunCompleter()
                        .candidates(calls.server).stream()
                                .map(org.apache.karaf.shell.api.console.Candidate::value)
                                .toList());
    }

    @Test
    @DisplayName("H6 session-list")
    void listsSessions() throws CommandException, JsonProcessingException {
        calls.server.sessions.add(
                new AgentSession("s-1", 1, 9, FakeServer.NOW, "first\nprompt", Optional.of(new BigDecimal("0.50"))));
        calls.call(new SessionListCommand(), "one");
        assertEquals(List.of("s-1", "2026-01-31T10:15:30Z", "1 to 9", "$0.50", "first prompt"), List.of(row(2)));
        Calls other = new Calls();
        other.server.projects.addAll(calls.server.projects);
        other.server.sessions.addAll(calls.server.sessions);
        assertEquals(0, other.call(new SessionListCommand(), "--json", "one"));
        JsonNode document = other.output.json();
        assertEquals(project.toString(), document.get("project_id").asText());
        assertEquals(
                "first\nprompt",
                document.get("sessions").get(0).get("first_prompt").asText());
    }

    @Test
    @DisplayName("H6 S2 executor-list says which are there, outranked or unavailable")
    void listsExecutors() throws CommandException, JsonProcessingException {
        AgentCapabilities good = new AgentCapabilities(
                Optional.of("2.1.330"),
                Optional.of("/bin/claude"),
                Optional.empty(),
                Set.of("plan"),
                Set.of("interrupt"));
        AgentCapabilities bad = new AgentCapabilities(
                Optional.empty(), Optional.empty(), Optional.of("not installed: npm install it"), Set.of(), Set.of());
        calls.server.executors.add(new ExecutorEntry("claude", 7, true, "b.one", good));
        calls.server.executors.add(new ExecutorEntry("claude", 0, false, "b.two", bad));
        calls.call(new ExecutorListCommand());
        assertEquals(List.of("claude", "2.1.330", "available", "b.one", "7", "/bin/claude"), List.of(row(2)));
        assertEquals("unavailable: not installed: npm install it, outranked", row(3)[2]);
        Calls other = new Calls();
        other.server.executors.addAll(calls.server.executors);
        assertEquals(0, other.call(new ExecutorListCommand(), "--json"));
        JsonNode list = other.output.json().get("executors");
        assertTrue(list.get(0).get("available").asBoolean()
                && list.get(0).get("selected").asBoolean());
        assertFalse(list.get(1).get("available").asBoolean()
                || list.get(1).get("selected").asBoolean());
        assertEquals("not installed: npm install it", list.get(1).get("message").asText());
    }

    @Test
    @DisplayName("H1 H6 health shows the last sample; status 1 only if unhealthy")
    void showsHealth() throws CommandException, JsonProcessingException {
        health(HealthStatus.DEGRADED);
        JsonNode document = json(new HealthCommand(), "--json");
        assertEquals("degraded", document.get("status").asText());
        assertEquals("2026-01-31T10:15:30.123456Z", document.get("timestamp").asText());
        JsonNode check = document.get("checks").get("disk");
        assertEquals("warning", check.get("status").asText());
        assertEquals("nearly full", check.get("message").asText());
        assertEquals(1.5, check.get("free_gb").asDouble());
        Calls other = new Calls();
        other.server.health = calls.server.health;
        assertEquals(0, other.call(new HealthCommand()));
        assertTrue(other.output.text().startsWith("degraded, as of 2026-01-31T10:15:30Z\n"), other.output.text());
        assertTrue(other.output.text().contains("nearly full (free_gb 1.5)"), other.output.text());
        health(HealthStatus.UNHEALTHY);
        assertEquals(1, calls.call(new HealthCommand(), "--json"));
    }

    private void health(HealthStatus status) {
        HealthReport report = new HealthReport(
                status,
                FakeServer.NOW,
                Map.of("disk", new Check(CheckStatus.WARNING, Optional.of("nearly full"), Map.of("free_gb", 1.5))));
        calls.server.health = Optional.of(new HealthMonitor() {
            @Override
            public HealthReport report() {
                return report;
            }

            @Override
            public boolean ready() {
                return true;
            }
        });
    }

    @Test
    @DisplayName("H6 M3 log shows the last so many records, with place and time")
    void showsTheLog() throws CommandException {
        for (int i = 1; i <= 5; i++) {
            calls.server.record(Direction.CLAUDE, "assistant", Runs.says("number " + i + "\\nmore"));
        }
        calls.server.record(Direction.CLAUDE, "system", "{\"type\":\"system\",\"subtype\":\"init\"}");
        calls.call(new LogCommand(), "-n", "2", "one");
        assertEquals(
                List.of(
                        "     5  2026-01-31T10:15:30Z  number 5",
                        " ".repeat(30) + "more",
                        "     6  2026-01-31T10:15:30Z  [system init]"),
                calls.output.lines());
        assertEquals(0, calls.call(new LogCommand(), "-n", "0", "one"));
        assertEquals(3, calls.output.lines().size(), "none was asked for, none came");
        assertEquals(0, calls.call(new LogCommand(), "--json", "-n", "1000000", "one"));
        assertEquals(3 + 6, calls.output.lines().size());
    }

    @Test
    @DisplayName("H6 a number that is out of range or none is refused")
    void refusesNumbers() {
        for (String number : List.of("-1", "1000001")) {
            SwitchboardException refusal =
                    assertThrows(SwitchboardException.class, () -> calls.call(new LogCommand(), "-n", number, "one"));
            assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        }
        assertThrows(CommandException.class, () -> calls.call(new LogCommand(), "-n", "many", "one"));
    }

    @Test
    @DisplayName("H6 S1 while a service is missing its commands say so")
    void saysWhatIsMissing() {
        calls.server.withProjects = false;
        for (ServerCommand command : List.of(new ProjectListCommand(), new HealthCommand(), new TokenListCommand())) {
            SwitchboardException refusal = assertThrows(SwitchboardException.class, () -> calls.call(command));
            assertEquals(ErrorCode.SERVICE_UNAVAILABLE, refusal.code());
        }
    }
}
