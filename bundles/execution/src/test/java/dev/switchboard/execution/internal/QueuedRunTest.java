package dev.switchboard.execution.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.content.Content;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Prompts;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueuedRunTest {
    private static final Instant NOW = Instant.parse("2026-01-31T10:15:30.123456Z");

    private static QueuedRun run(String prompt, ExecutionOptions options, Principal by) {
        return new QueuedRun(ExecutionId.random(), Prompts.kept(Content.of(prompt)), options, by, NOW);
    }

    private static QueuedRun again(QueuedRun run) {
        QueuedRun read = QueuedRun.read(run.write());
        assertEquals(run.id(), read.id());
        assertEquals(run.options(), read.options());
        assertEquals(run.by(), read.by());
        assertEquals(run.queuedAt(), read.queuedAt());
        assertEquals(
                QueueTestBase.text(run.prompt().json()),
                QueueTestBase.text(read.prompt().json()));
        assertEquals(run.prompt().text(), read.prompt().text());
        assertEquals(run.shown(), read.shown());
        return read;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"hello\"",
                "\"\"",
                "\"a\\nb \\u0000 \\ud83d \\\" \\\\ é 😀\"",
                "[{\"type\":\"text\",\n \"text\":\"one\"},\n {\"type\":\"text\",\"text\":\"two\"}]",
                "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}}]"
            })
    @DisplayName("X7 a prompt is kept byte for byte")
    void prompts(String json) {
        assertEquals(
                json,
                QueueTestBase.text(again(run(json, ExecutionOptions.none(), World.OPERATOR))
                        .prompt()
                        .json()));
    }

    @Test
    @DisplayName("X7 options and asker are kept, with the role and the projects that they had")
    void askers() throws Exception {
        ExecutionOptions options = QueueTestBase.options(
                "{\"dangerously_skip_permissions\":true,\"allowed_tools\":[\"Bash(ls *)\"],\"mcp_config\":{\"a\":{}},"
                        + "\"model\":\"opus\",\"max_turns\":3,\"max_budget_usd\":0.10,\"timeout_ms\":0,"
                        + "\"add_dirs\":[\"/tmp\"],\"ask\":\"remote\",\"append_system_prompt\":\"x\\ny\"}");
        again(run("\"x\"", options, World.ADMIN));
        Principal limited =
                new Principal("7", "eve\n", Role.OPERATOR, Optional.of(Set.of(ProjectId.random(), ProjectId.random())));
        again(run("\"x\"", options, limited));
        again(run("\"x\"", options, new Principal("8", "none", Role.VIEWER, Optional.of(Set.of()))));
    }

    @Test
    @DisplayName("H3 its text for logs has neither prompt nor options")
    void toStringHasNoTexts() throws Exception {
        QueuedRun run = run("\"secret\"", QueueTestBase.options("{\"model\":\"secret\"}"), World.ADMIN);
        assertFalse(run.toString().contains("secret"));
        assertFalse(run.shown().toString().contains("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{}\n\"x\"", "not json\n\"x\"", "\n"})
    @DisplayName("P4 what is not a queued run is refused")
    void damaged(String text) {
        assertThrows(IllegalArgumentException.class, () -> QueuedRun.read(text));
    }

    @Test
    @DisplayName("P4 a damaged prompt, role, time or option is refused")
    void damagedFields() {
        String good = run("\"x\"", ExecutionOptions.none(), World.OPERATOR).write();
        QueuedRun.read(good);
        for (String[] damage : new String[][] {
            {"operator", "boss"},
            {"2026-01-31", "2026-13-31"},
            {"\n\"x\"", "\n\"x"},
            {"{\\\"ask", "\\\"ask"},
        }) {
            String bad = good.replace(damage[0], damage[1]);
            assertFalse(bad.equals(good), damage[0]);
            assertThrows(IllegalArgumentException.class, () -> QueuedRun.read(bad), damage[0]);
        }
    }
}
