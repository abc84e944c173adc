package dev.switchboard.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.execution.PermissionAnswer.Decision;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutionValuesTest {
    private static final String SECRET = "hunter2";

    private static ExecutionOptions options(boolean skip, String mode) {
        return new ExecutionOptions(
                skip,
                List.of("Read"),
                List.of("Write"),
                Optional.of("{\"token\":\"" + SECRET + "\"}"),
                true,
                Optional.of(SECRET),
                Optional.ofNullable(mode),
                Optional.of("opus"),
                Optional.of("sonnet"),
                List.of(Path.of("/tmp")),
                OptionalInt.of(3),
                Optional.of(BigDecimal.ONE),
                Optional.of(Duration.ofSeconds(5)),
                true,
                Ask.REMOTE);
    }

    @Test
    @DisplayName("H3 what people ask, what agents want and what options hold is in no log: not even by accident")
    void saysNoSecrets() {
        Content input = Content.of("{\"x\":\"" + SECRET + "\"}");
        List<Object> all = List.of(
                options(false, "plan"),
                new Prompt(Content.of('"' + SECRET + '"'), SECRET),
                new PermissionRequest("p1", "Write", input, Optional.of(SECRET), Optional.of(input), Optional.empty()),
                PermissionAnswer.deny("p1", SECRET),
                new PermissionAnswer("p1", Decision.ALLOW, Optional.empty(), Optional.of(input), true));
        for (Object value : all) {
            assertFalse(value.toString().contains(SECRET), value.getClass().getSimpleName());
        }
        assertTrue(all.get(0).toString().contains("opus"));
        assertTrue(all.get(2).toString().contains("p1 Write"));
    }

    @ParameterizedTest
    @CsvSource({"false, , false", "false, plan, false", "true, , true", "false, bypassPermissions, true"})
    @DisplayName("C5 both ways to switch permission questions off count as that")
    void bypass(boolean skip, String mode, boolean bypasses) {
        assertEquals(bypasses, options(skip, mode).bypassesPermissions());
    }

    @Test
    @DisplayName("X1 other directories, and all other options as they were")
    void otherDirectories() throws Exception {
        ExecutionOptions before = options(true, "plan");
        ExecutionOptions after = before.withAddDirs(List.of(Path.of("/real")));
        List<String> differing = new ArrayList<>();
        for (RecordComponent part : ExecutionOptions.class.getRecordComponents()) {
            if (!part.getAccessor().invoke(before).equals(part.getAccessor().invoke(after))) {
                differing.add(part.getName());
            }
        }
        assertEquals(List.of("addDirs"), differing);
        assertThrows(UnsupportedOperationException.class, () -> after.addDirs().add(Path.of("/more")));
        assertEquals(Ask.DENY, ExecutionOptions.none().ask());
        assertFalse(ExecutionOptions.none().bypassesPermissions());
    }

    @ParameterizedTest
    @EnumSource(Result.class)
    @DisplayName("X4 an outcome has a code exactly if something went wrong")
    void outcomes(Result result) {
        boolean wrong = result == Result.FAILED || result == Result.TIMED_OUT;
        Map<String, Object> facts = new HashMap<>(Map.of("exit_code", 1));
        if (wrong) {
            ExecutionOutcome outcome = ExecutionOutcome.failed(result, ErrorCode.EXECUTION_FAILED, "why", facts);
            facts.put("more", 2);
            assertEquals(Map.of("exit_code", 1), outcome.details());
            assertThrows(IllegalArgumentException.class, () -> ExecutionOutcome.of(result));
        } else {
            assertEquals(Optional.empty(), ExecutionOutcome.of(result).code());
            assertEquals("", ExecutionOutcome.of(result).message());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ExecutionOutcome.failed(result, ErrorCode.EXECUTION_FAILED, "why", facts));
        }
    }

    @Test
    @DisplayName("X6 only a conversation that exists can be continued in a copy")
    void sessions() {
        assertEquals(new SessionChoice(Optional.empty(), false), SessionChoice.fresh());
        assertTrue(new SessionChoice(Optional.of("id"), true).fork());
        assertThrows(IllegalArgumentException.class, () -> new SessionChoice(Optional.empty(), true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c000",
                "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c00010",
                "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c000g",
                "6f1c1a522a3c-4f0e-9d64-0a8a7d1c000-1x",
                "{6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c00}",
            })
    @DisplayName("C4 what is no id is refused, naming the field")
    void badIds(String text) {
        SwitchboardException error = assertThrows(SwitchboardException.class, () -> ExecutionId.parse(text));
        assertEquals(ErrorCode.VALIDATION_FAILED, error.code());
        assertEquals("execution_id", error.details().get("field"));
    }

    @Test
    void ids() {
        ExecutionId id = ExecutionId.random();
        assertEquals(id, ExecutionId.parse(id.toString()));
        assertEquals(id, ExecutionId.parse(id.toString().toUpperCase(java.util.Locale.ROOT)));
        assertEquals(36, new ExecutionId(new UUID(0, 0)).toString().length());
    }

    @Test
    @DisplayName("X7 a question gets its expiry, and stays the same question")
    void expiring() {
        Instant at = Instant.parse("2026-01-31T12:00:00Z");
        PermissionRequest asked = new PermissionRequest(
                "p1", "Write", Content.of("{}"), Optional.of("a.txt"), Optional.empty(), Optional.empty());
        PermissionRequest expiring = asked.expiring(at);
        assertEquals(Optional.of(at), expiring.expiresAt());
        assertEquals(asked.permissionId(), expiring.permissionId());
        assertEquals(asked.description(), expiring.description());
        assertEquals(Decision.DENY, PermissionAnswer.deny("p1", "no").decision());
        assertEquals(Optional.of("no"), PermissionAnswer.deny("p1", "no").message());
    }

    @Test
    @DisplayName("X8 the labels of a launch are its own copy, and need not be given")
    void labelsAreCopied() {
        Prompt prompt = new Prompt(Content.of("\"x\""), "x");
        Map<String, String> given = new HashMap<>(Map.of("options", "{}"));
        AgentLaunch launch = new AgentLaunch(
                ExecutionId.random(),
                dev.switchboard.project.ProjectId.random(),
                Path.of("/p"),
                SessionChoice.fresh(),
                prompt,
                ExecutionOptions.none(),
                given);
        given.put("more", "x");
        assertEquals(Map.of("options", "{}"), launch.labels());
        assertThrows(UnsupportedOperationException.class, () -> launch.labels().put("more", "x"));
        AgentLaunch plain = new AgentLaunch(
                launch.execution(), launch.project(), launch.directory(), launch.session(), prompt, launch.options());
        assertEquals(Map.of(), plain.labels());
    }
}
