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
import java.util.Set;

/**
 * Reads the {@code options} of an {@code execute} request: names, types and bounds. What depends on the server (which modes
 * the agent knows, which directories may be added, who may skip permissions) is checked where it is known.
 */
public final class OptionsReader {
    private static final int MAX_TEXT = 1 << 20;
    private static final int MAX_ITEMS = 256;
    private static final int MAX_ITEM = 4096;
    private static final long MAX_TIMEOUT_MS = Duration.ofDays(7).toMillis();

    private static final Set<String> NAMES = Set.of(
            "dangerously_skip_permissions",
            "allowed_tools",
            "disallowed_tools",
            "mcp_config",
            "append_system_prompt",
            "permission_mode",
            "model",
            "fallback_model",
            "add_dirs",
            "strict_mcp_config",
            "max_turns",
            "max_budget_usd",
            "timeout_ms",
            "include_partial_messages",
            "ask");

    private OptionsReader() {}

    /**
     * Reads the field {@code options}; absent means none.
     *
     * @param defaultAsk who answers permission questions if the options do not say
     * @throws dev.switchboard.error.SwitchboardException {@code VALIDATION_FAILED} naming the option
     */
    public static ExecutionOptions read(Fields data, Ask defaultAsk) {
        Fields options = data.inner("options");
        options.allowOnly(NAMES);
        OptionalLong maxTurns = options.number("max_turns", 0, 1_000_000);
        OptionalLong timeout = options.number("timeout_ms", 0, MAX_TIMEOUT_MS);
        return new ExecutionOptions(
                options.flag("dangerously_skip_permissions").orElse(false),
                options.texts("allowed_tools", MAX_ITEMS, MAX_ITEM),
                options.texts("disallowed_tools", MAX_ITEMS, MAX_ITEM),
                mcpConfig(options),
                options.flag("strict_mcp_config").orElse(false),
                options.text("append_system_prompt", MAX_TEXT),
                word(options, "permission_mode"),
                word(options, "model"),
                word(options, "fallback_model"),
                directories(options),
                maxTurns.isPresent() ? OptionalInt.of((int) maxTurns.getAsLong()) : OptionalInt.empty(),
                options.amount("max_budget_usd"),
                timeout.isPresent() ? Optional.of(Duration.ofMillis(timeout.getAsLong())) : Optional.empty(),
                options.flag("include_partial_messages").orElse(false),
                options.choice("ask", List.of("remote", "deny"))
                        .map(ask -> ask.equals("remote") ? Ask.REMOTE : Ask.DENY)
                        .orElse(defaultAsk));
    }

    /** Names go on the agent's command line, so they must not look like one of its flags. */
    private static Optional<String> word(Fields options, String name) {
        return options.text(name, 256).map(text -> {
            if (!text.matches("[A-Za-z0-9][A-Za-z0-9._:,/@\\[\\]-]*")) {
                throw options.invalid(name, "is not a name; expected letters, digits and . _ : , / @ [ ] -");
            }
            return text;
        });
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
        return options.texts("add_dirs", MAX_ITEMS, MAX_ITEM).stream()
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
