package dev.switchboard.mock.cli;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonReader;
import dev.switchboard.mock.json.JsonSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The rules between options, and about values, that the real program checks before it does anything else. */
final class OptionRules {

    private final RawArguments raw;

    private OptionRules(RawArguments raw) {
        this.raw = raw;
    }

    static void check(RawArguments raw) {
        OptionRules rules = new OptionRules(raw);
        rules.formats();
        rules.numbers();
        rules.session();
        rules.permissions();
        rules.files();
    }

    private void formats() {
        boolean streamOut = "stream-json".equals(raw.value("output-format"));
        boolean streamIn = "stream-json".equals(raw.value("input-format"));
        refuseIf(!raw.has("print"), "Error: this stand-in has no interactive mode. Use -p.");
        refuseIf(streamIn && !streamOut, "Error: --input-format=stream-json requires output-format=stream-json.");
        refuseIf(
                streamOut && !raw.has("verbose"),
                "Error: When using --print, --output-format=stream-json requires --verbose");
        refuseIf(
                raw.has("include-partial-messages") && !streamOut,
                "Error: --include-partial-messages requires --print and --output-format=stream-json.");
        refuseIf(
                raw.has("replay-user-messages") && !(streamIn && streamOut),
                "Error: --replay-user-messages requires both --input-format=stream-json and --output-format=stream-json.");
    }

    private void numbers() {
        String turns = raw.value("max-turns");
        refuseIf(
                turns != null && !isWhole(turns),
                "error: option '--max-turns <turns>' argument '" + turns
                        + "' is invalid. It must be a whole number, 0 or more.");
        String budget = raw.value("max-budget-usd");
        refuseIf(
                budget != null && !isPositive(budget),
                "error: option '--max-budget-usd <amount>' argument '" + budget
                        + "' is invalid. It must be a number above 0.");
    }

    private void session() {
        String id = raw.value("session-id");
        if (id == null) {
            return;
        }
        refuseIf(!isUuid(id), "Error: Invalid session ID. Must be a valid UUID.");
        refuseIf(
                (raw.has("resume") || raw.has("continue")) && !raw.has("fork-session"),
                "Error: --session-id with --resume or --continue also needs --fork-session.");
    }

    private void permissions() {
        boolean bypass =
                raw.has("dangerously-skip-permissions") || "bypassPermissions".equals(raw.value("permission-mode"));
        refuseIf(
                bypass && "root".equals(System.getProperty("user.name")) && !"1".equals(System.getenv("IS_SANDBOX")),
                "--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons");
        String sources = raw.value("setting-sources");
        if (sources != null && !sources.isEmpty()) {
            for (String source : sources.split(",")) {
                String name = source.trim();
                refuseIf(
                        !name.equals("user") && !name.equals("project") && !name.equals("local"),
                        "Error processing --setting-sources: Invalid setting source: " + name
                                + ". Valid options are: user, project, local");
            }
        }
    }

    private void files() {
        String settings = raw.value("settings");
        refuseIf(
                settings != null && !isObject(settings) && !Files.isRegularFile(Path.of(settings)),
                "Error: Settings file not found: " + settings);
        String agents = raw.value("agents");
        refuseIf(agents != null && !isObject(agents), "Error: --agents is not valid JSON.");
        String schema = raw.value("json-schema");
        refuseIf(schema != null && !isObject(schema), "Error: --json-schema is not valid JSON.");
        for (String config : raw.values("mcp-config")) {
            mcpConfig(config);
        }
    }

    private static void mcpConfig(String config) {
        if (isObject(config)) {
            return;
        }
        Path file = Path.of(config);
        refuseIf(
                !Files.isRegularFile(file),
                "Error: Invalid MCP configuration:\nMCP config file not found: " + file.toAbsolutePath());
        try {
            refuseIf(
                    !isObject(Files.readString(file)),
                    "Error: Invalid MCP configuration:\nMCP config is not valid JSON: " + file);
        } catch (IOException e) {
            throw EarlyExit.refused("Error: Invalid MCP configuration:\nMCP config cannot be read: " + file + "\n");
        }
    }

    private static void refuseIf(boolean wrong, String text) {
        if (wrong) {
            throw EarlyExit.refused(text + "\n");
        }
    }

    private static boolean isObject(String text) {
        try {
            return JsonReader.read(text) instanceof JsonObject;
        } catch (JsonSyntaxException e) {
            return false;
        }
    }

    private static boolean isWhole(String text) {
        try {
            return Integer.parseInt(text) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isPositive(String text) {
        try {
            return Double.parseDouble(text) > 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    static boolean isUuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text.charAt(i) != '-' : Character.digit(text.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }
}
