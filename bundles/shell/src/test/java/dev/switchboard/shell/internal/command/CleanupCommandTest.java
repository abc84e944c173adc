package dev.switchboard.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.cleanup.Cleanup;
import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.cleanup.CleanupRun;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CleanupCommandTest {
    private static final CleanupReport REPORT = new CleanupReport(
            List.of(new Item("expired_token", "ci")), List.of(new Item("quarantined", "/data/quarantine/a\u001bb")));

    private final Calls calls = new Calls();

    private void cleanup(Map<String, String> failures) {
        calls.server.cleanup = Optional.of(new Cleanup() {
            @Override
            public CleanupRun run(boolean dryRun) {
                return new CleanupRun(
                        Instant.parse("2026-11-29T08:00:00Z"), dryRun, Map.of("tokens", REPORT), failures);
            }

            @Override
            public Optional<CleanupRun> last() {
                return Optional.empty();
            }
        });
    }

    @Test
    @DisplayName("H6 cleanup lists what it removed and what it left, and says what a dry run would")
    void lists() throws CommandException {
        cleanup(Map.of());
        assertEquals(0, calls.call(new CleanupCommand()));
        String text = String.join("\n", calls.output.lines());
        assertTrue(text.matches("(?s).*tokens +│ removed +│ expired_token +│ ci.*"), text);
        assertTrue(text.contains("/data/quarantine/a\uFFFDb"), text);
        assertTrue(text.endsWith("removed: 1, left: 1"), text);
        assertEquals(0, calls.call(new CleanupCommand(), "--dry-run"));
        String dry = String.join("\n", calls.output.lines());
        assertTrue(dry.endsWith("to be removed: 1, left: 1"), dry);
    }

    @Test
    @DisplayName("H6 cleanup --json is one document; a task that failed is exit status 1")
    void json() throws Exception {
        cleanup(Map.of("deleted_logs", "it failed; the server's log says why"));
        assertEquals(1, calls.call(new CleanupCommand(), "--dry-run", "--json"));
        JsonNode expected = Json.read(("{\"timestamp\":\"2026-11-29T08:00:00.000000Z\",\"dry_run\":true,\"tasks\":{"
                        + "\"tokens\":{\"removed\":[{\"kind\":\"expired_token\",\"name\":\"ci\"}],"
                        + "\"left\":[{\"kind\":\"quarantined\",\"name\":\"/data/quarantine/a\\u001bb\"}]},"
                        + "\"deleted_logs\":{\"failed\":\"it failed; the server's log says why\"}}}")
                .getBytes(StandardCharsets.UTF_8));
        assertEquals(expected, calls.output.json());
    }

    @Test
    @DisplayName("H6 cleanup without its bundle says so")
    void missing() {
        SwitchboardException e = assertThrows(SwitchboardException.class, () -> calls.call(new CleanupCommand()));
        assertEquals(ErrorCode.SERVICE_UNAVAILABLE, e.code());
    }
}
