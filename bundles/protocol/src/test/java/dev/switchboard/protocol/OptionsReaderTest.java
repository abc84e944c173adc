package dev.switchboard.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsReaderTest {
    private static ExecutionOptions read(String options) {
        try {
            byte[] json = ("{\"options\":" + options + "}").getBytes(StandardCharsets.UTF_8);
            return OptionsReader.read(Fields.of((ObjectNode) Json.read(json)), Ask.DENY);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void takesNoneForNone() {
        assertEquals(ExecutionOptions.none(), read("null"));
        assertEquals(ExecutionOptions.none(), read("{}"));
        assertEquals(ExecutionOptions.none(), read("{\"model\":null,\"max_turns\":null,\"ask\":null}"));
    }

    @Test
    void readsEveryOption() {
        ExecutionOptions options = read("{\"dangerously_skip_permissions\":true,\"allowed_tools\":[\"Bash(git *)\"],"
                + "\"disallowed_tools\":[\"Write\"],\"mcp_config\":\"{\\\"a\\\":1}\",\"append_system_prompt\":\"x\","
                + "\"permission_mode\":\"plan\",\"model\":\"opus\",\"fallback_model\":\"sonnet,haiku\",\"add_dirs\":[\"/tmp\"],"
                + "\"strict_mcp_config\":true,\"max_turns\":3,\"max_budget_usd\":0.5,\"timeout_ms\":1500,"
                + "\"include_partial_messages\":true,\"ask\":\"remote\"}");
        assertEquals(List.of("Bash(git *)"), options.allowedTools());
        assertEquals(Optional.of("{\"a\":1}"), options.mcpConfig());
        assertEquals(Optional.of("sonnet,haiku"), options.fallbackModel());
        assertEquals(List.of(Path.of("/tmp")), options.addDirs());
        assertEquals(3, options.maxTurns().getAsInt());
        assertEquals(Optional.of(Duration.ofMillis(1500)), options.timeout());
        assertEquals(Ask.REMOTE, options.ask());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"model\":7}|options.model",
                "{\"max_turns\":1.5}|options.max_turns",
                "{\"max_turns\":1e3}|options.max_turns",
                "{\"max_turns\":99999999999999999999}|options.max_turns",
                "{\"allowed_tools\":\"Bash\"}|options.allowed_tools",
                "{\"allowed_tools\":[1]}|options.allowed_tools",
                "{\"mcp_config\":[]}|options.mcp_config",
                "{\"mcp_config\":\"/etc/passwd\"}|options.mcp_config",
                "{\"strict_mcp_config\":\"yes\"}|options.strict_mcp_config",
                "{\"add_dirs\":[\"a\\u0000b\"]}|options.add_dirs",
                "[]|options",
            })
    void namesWhatIsWrong(String options, String field) {
        SwitchboardException e = assertThrows(SwitchboardException.class, () -> read(options));
        assertEquals(ErrorCode.VALIDATION_FAILED, e.code());
        assertEquals(field, e.details().get("field"));
    }

    @Test
    void takesTheLongestTimeout() {
        assertEquals(
                Optional.of(Duration.ofDays(7)),
                read("{\"timeout_ms\":604800000}").timeout());
    }
}
