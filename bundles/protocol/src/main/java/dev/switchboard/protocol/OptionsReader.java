package dev.switchboard.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads the {@code options} of an {@code execute} request that is as its schema says. What depends on the server (which modes
 * the agent knows, which directories may be added, who may skip permissions) is checked where it is known.
 */
public final class OptionsReader {
    private OptionsReader() {}

    /**
     * Reads the field {@code options}; absent means none.
     *
     * @param defaultAsk who answers permission questions if the options do not say
     * @throws dev.switchboard.error.SwitchboardException {@code VALIDATION_FAILED} naming the option
     */
    public static ExecutionOptions read(Fields data, Ask defaultAsk) {
        Fields options = data.inner("options");
        OptionalLong maxTurns = options.number("max_turns");
        OptionalLong timeout = options.number("timeout_ms");
        return new ExecutionOptions(
                options.flag("dangerously_skip_permissions").orElse(false),
                options.texts("allowed_tools"),
                options.texts("disallowed_tools"),
                mcpConfig(options),
                options.flag("strict_mcp_config").orElse(false),
                options.text("append_system_prompt"),
                options.text("permission_mode"),
                options.text("model"),
                options.text("fallback_model"),
                directories(options),
                maxTurns.isPresent() ? OptionalInt.of((int) maxTurns.getAsLong()) : OptionalInt.empty(),
                options.amount("max_budget_usd"),
                timeout.isPresent() ? Optional.of(Duration.ofMillis(timeout.getAsLong())) : Optional.empty(),
                options.flag("include_partial_messages").orElse(false),
                options.text("ask")
                        .map(ask -> ask.equals("remote") ? Ask.REMOTE : Ask.DENY)
                        .orElse(defaultAsk));
    }

    private static Optional<String> mcpConfig(Fields options) {
        return options.node("mcp_config").map(value -> {
            JsonNode config = value;
            if (value.isTextual()) {
                try {
                    config = Json.read(value.textValue().getBytes(StandardCharsets.UTF_8));
                } catch (JsonProcessingException e) {
                    throw options.invalid("mcp_config", "is not JSON; expected an object, or a text that holds one");
                }
            }
            if (!config.isObject()) {
                throw options.invalid("mcp_config", "is not an object, or a text that holds one");
            }
            return Json.text(config);
        });
    }

    private static List<Path> directories(Fields options) {
        return options.texts("add_dirs").stream()
                .map(text -> {
                    try {
                        return Path.of(text);
                    } catch (InvalidPathException e) {
                        throw options.invalid("add_dirs", "has an item that is not a path");
                    }
                })
                .toList();
    }
}
