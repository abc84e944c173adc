package dev.switchboard.mock.turn;

import dev.switchboard.mock.cli.LaunchOptions;
import dev.switchboard.mock.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Who may use a tool: the mode, the rules of the command line, and what was allowed for this session. */
final class Permissions {

    enum Verdict {
        ALLOWED,
        DENIED,
        ASK,
        ASK_WITHOUT_CHANNEL
    }

    /**
     * @param source     who decided, for the meta data of the tool result
     * @param reasonType why, or null
     */
    record Decision(Verdict verdict, String source, String reasonType) {}

    static final List<String> MODES = List.of("acceptEdits", "auto", "bypassPermissions", "default", "dontAsk", "plan");

    private static final List<String> HARMLESS = List.of("Read", "Task", "ToolSearch", "ListAgents");
    private static final List<String> EDITS = List.of("Write", "Edit", "NotebookEdit");
    private static final List<String> INTERACTIVE = List.of("AskUserQuestion", "ExitPlanMode");

    private final LaunchOptions options;
    private final AtomicReference<String> mode;
    private final List<String> sessionRules = new ArrayList<>();

    Permissions(LaunchOptions options) {
        this.options = options;
        this.mode = new AtomicReference<>(options.permissionMode());
    }

    String mode() {
        return mode.get();
    }

    void mode(String changed) {
        mode.set(changed);
    }

    /** Remembers {@code Tool} or {@code Tool(content)} for this session. Turn thread only. */
    void remember(String rule) {
        sessionRules.add(rule);
    }

    static boolean needsUser(String tool) {
        return INTERACTIVE.contains(tool);
    }

    /** Whether the tool is offered to the model at all. */
    boolean offers(String tool) {
        List<String> offered = options.tools().offered();
        boolean hasHost = options.asksHost() && options.streamInput();
        return (offered == null ? InitLine.builtInTools(hasHost).contains(tool) : offered.contains(tool))
                && !options.tools().disallowed().contains(tool);
    }

    Decision decide(String tool, JsonObject input) {
        if (!needsUser(tool)) {
            if (mode().equals("bypassPermissions") || mode().equals("acceptEdits") && EDITS.contains(tool)) {
                return new Decision(Verdict.ALLOWED, "config", "mode");
            }
            if (matches(sessionRules, tool, input)) {
                return new Decision(Verdict.ALLOWED, "user_permanent", "rule");
            }
            if (HARMLESS.contains(tool) || matches(options.tools().allowed(), tool, input)) {
                return new Decision(Verdict.ALLOWED, "config", "rule");
            }
        }
        if (mode().equals("dontAsk") || !options.asksHost()) {
            return new Decision(Verdict.DENIED, "config", null);
        }
        return new Decision(options.streamInput() ? Verdict.ASK : Verdict.ASK_WITHOUT_CHANNEL, "config", null);
    }

    private static boolean matches(List<String> rules, String tool, JsonObject input) {
        for (String rule : rules) {
            int open = rule.indexOf('(');
            if (open < 0
                    ? rule.equals(tool)
                    : rule.substring(0, open).equals(tool)
                            && matchesContent(
                                    rule.substring(open + 1, rule.endsWith(")") ? rule.length() - 1 : rule.length()),
                                    input)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matchesContent(String content, JsonObject input) {
        String subject = input.string("command") != null ? input.string("command") : input.string("file_path");
        if (subject == null) {
            return false;
        }
        boolean prefix = content.endsWith(":*") || content.endsWith(" *");
        return prefix ? subject.startsWith(content.substring(0, content.length() - 2)) : subject.equals(content);
    }
}
