package dev.switchboard.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.LogMaintenance;
import dev.switchboard.message.LogReport;
import dev.switchboard.message.LogReport.Finding;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogCommandsTest {
    private final Calls calls = new Calls();
    private final ProjectId one =
            calls.server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
    private final ProjectId two =
            calls.server.add("abcdef00-0000-4000-8000-000000000002", "/srv/two", Optional.of("two"));

    private static final LogReport WHOLE = new LogReport(2, 30, 4000, 0, List.of());
    private static final LogReport SPOILT = new LogReport(
            1,
            7,
            900,
            3,
            List.of(
                    new Finding("messages_1.jsonl", 4, 5, "damaged", false),
                    new Finding("messages_1.jsonl", 8, 8, "damaged", true),
                    new Finding("messages_1.jsonl", 0, 0, "the index is missing", false)));

    /** Answers with what it is given, and notes what it was asked. */
    private static final class Maintenance implements LogMaintenance {
        final List<String> asked = new ArrayList<>();
        final Map<ProjectId, LogReport> reports;

        Maintenance(Map<ProjectId, LogReport> reports) {
            this.reports = reports;
        }

        @Override
        public LogReport verify(ProjectId project) {
            asked.add("verify " + project);
            return reports.get(project);
        }

        @Override
        public LogReport repair(ProjectId project) {
            asked.add("repair " + project);
            return reports.get(project);
        }
    }

    private Maintenance maintenance(LogReport first, LogReport second) {
        Maintenance maintenance = new Maintenance(Map.of(one, first, two, second));
        calls.server.maintenance = Optional.of(maintenance);
        return maintenance;
    }

    @Test
    @DisplayName("H6 M2 log-verify looks through all projects, or the one that is named; whole logs are good news")
    void verifies() throws CommandException {
        Maintenance maintenance = maintenance(WHOLE, WHOLE);
        assertEquals(0, calls.call(new LogVerifyCommand()));
        assertEquals(0, calls.call(new LogVerifyCommand(), "two"));
        assertEquals(List.of("verify " + one, "verify " + two, "verify " + two), maintenance.asked);
        assertEquals(
                List.of(one.toString(), "/srv/one", "2", "30", "4000", "0"),
                List.of(calls.output.lines().get(2).strip().split("\\s*│\\s*")));
    }

    @Test
    @DisplayName("H6 M2 log-verify says where which records are damaged, and its exit status tells")
    void tellsDamage() throws CommandException {
        maintenance(WHOLE, SPOILT);
        assertEquals(1, calls.call(new LogVerifyCommand()));
        String text = calls.output.text();
        assertTrue(text.contains("messages_1.jsonl: records 4 to 5 damaged\n"), text);
        assertTrue(text.contains("messages_1.jsonl: record 8 damaged (mended)\n"), text);
        assertTrue(text.contains("messages_1.jsonl: the index is missing\n"), text);
    }

    @Test
    @DisplayName("H6 M2 log-verify --json is one document")
    void verifiesJson() throws CommandException, JsonProcessingException {
        maintenance(WHOLE, SPOILT);
        assertEquals(1, calls.call(new LogVerifyCommand(), "--json"));
        JsonNode document = calls.output.json();
        assertEquals(2, document.get("logs").size());
        JsonNode log = document.get("logs").get(1);
        assertEquals(two.toString(), log.get("project_id").asText());
        assertEquals(3, log.get("missing").asInt());
        assertEquals(4, log.get("findings").get(0).get("from").asInt());
        assertTrue(log.get("findings").get(1).get("mended").asBoolean());
        assertTrue(log.get("findings").get(2).path("from").isMissingNode());
        assertEquals(false, document.get("whole").asBoolean());
    }

    @Test
    @DisplayName("H6 M2 log-repair repairs; without a store that can, it says so")
    void repairs() throws CommandException {
        Maintenance maintenance = maintenance(WHOLE, SPOILT);
        assertEquals(0, calls.call(new LogRepairCommand(), "one"));
        assertEquals(1, calls.call(new LogRepairCommand(), "two"));
        assertEquals(List.of("repair " + one, "repair " + two), maintenance.asked);
        calls.server.maintenance = Optional.empty();
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> calls.call(new LogRepairCommand()));
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, refusal.code());
    }

    private void fill() {
        for (int i = 1; i <= 5; i++) {
            calls.server.record(Direction.CLAUDE, "assistant", "{\"n\":" + i + "}");
        }
    }

    @Test
    @DisplayName("H6 M3 log-query asks for what was typed, field for field")
    void asks() throws CommandException {
        fill();
        calls.call(
                new LogQueryCommand(),
                "--since",
                "2026-01-31T11:15:30+01:00",
                "--before",
                "2026-02-01T00:00:00Z",
                "--after-seq",
                "2",
                "--before-seq",
                "5",
                "--direction",
                "claude",
                "--types",
                "assistant, result",
                "--order",
                "desc",
                "--limit",
                "7",
                "--offset",
                "1",
                "--cursor",
                "abc",
                "one");
        assertEquals(
                MessageQuery.all()
                        .withSince(Instant.parse("2026-01-31T10:15:30Z"))
                        .withBefore(Instant.parse("2026-02-01T00:00:00Z"))
                        .withAfterSeq(2)
                        .withBeforeSeq(5)
                        .withDirections(Set.of(Direction.CLAUDE))
                        .withTypes(Set.of("assistant", "result"))
                        .withOrder(Order.DESCENDING)
                        .withLimit(7)
                        .withOffset(1)
                        .withCount(true)
                        .withCursor("abc"),
                calls.server.queries.get(0));
        calls.call(new LogQueryCommand(), "one");
        assertEquals(MessageQuery.all().withCount(true), calls.server.queries.get(1));
    }

    @Test
    @DisplayName("H6 M3 log-query shows a page with its gaps, as lines or as get_messages answers it")
    void shows() throws CommandException, JsonProcessingException {
        fill();
        calls.server.records.remove(2);
        calls.server.gaps = List.of(new Gap(3, 3, "damaged"));
        calls.call(new LogQueryCommand(), "one");
        List<String> lines = calls.output.lines();
        assertEquals(6, lines.size(), lines.toString());
        assertTrue(lines.get(2).contains("records 3 to 3 are missing: damaged"), lines.toString());
        assertTrue(lines.get(5).startsWith("4 records"), lines.toString());
        Calls other = new Calls();
        other.server.projects.addAll(calls.server.projects);
        other.server.records.addAll(calls.server.records);
        other.server.gaps = calls.server.gaps;
        other.call(new LogQueryCommand(), "--json", "one");
        JsonNode page = other.output.json();
        assertEquals(4, page.get("messages").size());
        assertEquals(3, page.get("metadata").get("gaps").get(0).get("from").asInt());
        assertEquals(one.toString(), page.get("project_id").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "--limit,0,limit",
        "--limit,1001,limit",
        "--offset,-1,offset",
        "--order,up,order",
        "--since,yesterday,since",
        "--before,2026-01-31,before",
        "--after-seq,-1,after_seq",
        "--before-seq,-1,before_seq",
        "--direction,left,direction"
    })
    @DisplayName("H6 M3 what is out of range is refused with the field's name")
    void refuses(String option, String value, String field) {
        SwitchboardException refusal =
                assertThrows(SwitchboardException.class, () -> calls.call(new LogQueryCommand(), option, value, "one"));
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        assertEquals(Map.of("field", field), refusal.details());
        assertEquals(List.of(), calls.server.queries);
    }

    @Test
    @DisplayName("H6 M4 log-export writes every record as a frame on a line, and says when some are missing")
    void exports() throws CommandException, JsonProcessingException {
        fill();
        assertEquals(0, calls.call(new LogExportCommand(), "--types", "assistant", "one"));
        List<String> lines = calls.output.lines();
        assertEquals(5, lines.size());
        for (int i = 0; i < 5; i++) {
            JsonNode frame = Json.read(lines.get(i).getBytes(StandardCharsets.UTF_8));
            assertEquals(i + 1, frame.get("seq").asInt(), lines.get(i));
        }
        assertEquals(Set.of("assistant"), calls.server.queries.get(0).types());
        calls.server.gaps = List.of(new Gap(6, 7, "damaged"));
        assertEquals(1, calls.call(new LogExportCommand(), "one"));
    }
}
