package dev.switchboard.itests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Requests each of which has one field of a type that is not the field's. */
final class FieldRows {
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("null", "null"),
            Map.entry("true", "true"),
            Map.entry("number", "7"),
            Map.entry("negative", "-1"),
            Map.entry("fraction", "1.5"),
            Map.entry("text", "\"\\ud800 x\""),
            Map.entry("list", "[[]]"),
            Map.entry("object", "{\"a\":1}"),
            Map.entry("huge", "123456789012345678901234567890"));

    /** What is no value: nested deeper than anybody needs, or a number that no computer could work with. */
    private static final List<String> NOTHING =
            List.of("[".repeat(10_000) + "]".repeat(10_000), "1e99999999999999999999", "-1e-99999999999999999999");

    /** Which of the values are right for a kind of field; {@code null} is for each that may be missing. */
    private enum Kind {
        REQUIRED_TEXT(Set.of("text")),
        REQUIRED_CHOICE(Set.of()),
        PROMPT(Set.of("text")),
        TEXT(Set.of("null", "text")),
        WORD(Set.of("null")),
        CHOICE(Set.of("null")),
        TIME(Set.of("null")),
        FLAG(Set.of("null", "true")),
        COUNT(Set.of("null", "number")),
        /** A count, or -1 for the one that holds without it. */
        LIMIT(Set.of("null", "number", "negative")),
        AMOUNT(Set.of("null", "number", "fraction", "huge")),
        TEXTS(Set.of("null")),
        OBJECT(Set.of("null", "object")),
        OBJECT_OR_TEXT(Set.of("null", "object"));

        private final Set<String> right;

        Kind(Set<String> right) {
            this.right = right;
        }
    }

    /**
     * A request type with its fields.
     *
     * @param rest fields that have to be right for this one to be looked at
     */
    private record Field(String type, String name, Kind kind, String rest) {}

    /**
     * @param message the request
     * @param code of the error that answers it
     * @param field the one that the error names; empty if none
     */
    record Row(String message, String code, String field) {}

    private static final String PATH = "\"path\":\"PATH\"";

    private static final List<Field> FIELDS = List.of(
            new Field("hello", "capabilities", Kind.TEXTS, ""),
            new Field("auth", "token", Kind.REQUIRED_TEXT, ""),
            new Field("project_create", "path", Kind.REQUIRED_TEXT, ""),
            new Field("project_create", "name", Kind.TEXT, PATH),
            new Field("project_create", "executor", Kind.WORD, PATH),
            new Field("project_join", "after_seq", Kind.COUNT, ""),
            new Field("project_join", "epoch", Kind.TEXT, ""),
            new Field("project_join", "detail", Kind.CHOICE, ""),
            new Field("execute", "prompt", Kind.PROMPT, ""),
            new Field("execute", "queue", Kind.FLAG, "\"prompt\":\"x\""),
            new Field("execute", "options", Kind.OBJECT, "\"prompt\":\"x\""),
            new Field("agent_new_session", "session_id", Kind.WORD, ""),
            new Field("agent_new_session", "fork", Kind.FLAG, ""),
            new Field("get_messages", "since", Kind.TIME, ""),
            new Field("get_messages", "before", Kind.TIME, ""),
            new Field("get_messages", "after_seq", Kind.COUNT, ""),
            new Field("get_messages", "before_seq", Kind.COUNT, ""),
            new Field("get_messages", "limit", Kind.COUNT, ""),
            new Field("get_messages", "offset", Kind.COUNT, ""),
            new Field("get_messages", "direction", Kind.CHOICE, ""),
            new Field("get_messages", "types", Kind.TEXTS, ""),
            new Field("get_messages", "order", Kind.CHOICE, ""),
            new Field("get_messages", "cursor", Kind.WORD, ""),
            new Field("permission_response", "permission_id", Kind.REQUIRED_TEXT, "\"decision\":\"deny\""),
            new Field("permission_response", "decision", Kind.REQUIRED_CHOICE, "\"permission_id\":\"x\""),
            new Field("permission_response", "message", Kind.TEXT, "\"permission_id\":\"x\",\"decision\":\"deny\""),
            new Field(
                    "permission_response",
                    "updated_input",
                    Kind.OBJECT,
                    "\"permission_id\":\"x\",\"decision\":\"allow\""),
            new Field("permission_response", "remember", Kind.FLAG, "\"permission_id\":\"x\",\"decision\":\"deny\""),
            new Field("queue_cancel", "execution_id", Kind.REQUIRED_CHOICE, ""),
            new Field("project_configure", "name", Kind.TEXT, ""),
            new Field("project_configure", "executor", Kind.WORD, ""),
            new Field("project_configure", "timeout_ms", Kind.LIMIT, ""));

    private static final Map<String, Kind> OPTIONS = Map.ofEntries(
            Map.entry("dangerously_skip_permissions", Kind.FLAG),
            Map.entry("allowed_tools", Kind.TEXTS),
            Map.entry("disallowed_tools", Kind.TEXTS),
            Map.entry("mcp_config", Kind.OBJECT_OR_TEXT),
            Map.entry("append_system_prompt", Kind.TEXT),
            Map.entry("permission_mode", Kind.WORD),
            Map.entry("model", Kind.WORD),
            Map.entry("fallback_model", Kind.WORD),
            Map.entry("add_dirs", Kind.TEXTS),
            Map.entry("strict_mcp_config", Kind.FLAG),
            Map.entry("max_turns", Kind.COUNT),
            Map.entry("max_budget_usd", Kind.AMOUNT),
            Map.entry("timeout_ms", Kind.COUNT),
            Map.entry("include_partial_messages", Kind.FLAG),
            Map.entry("ask", Kind.CHOICE));

    private FieldRows() {}

    /**
     * Every field of every request with every value that is wrong for it.
     *
     * @param path a directory that could be a project
     */
    static List<Row> all(String project, String path) {
        List<Row> rows = new ArrayList<>();
        for (Field field : FIELDS) {
            String start = "{\"type\":\"" + field.type + "\",\"project_id\":\"" + project + "\",\"data\":{"
                    + (field.rest.isEmpty() ? "" : field.rest.replace("PATH", path) + ",") + "\"" + field.name + "\":";
            add(rows, start, "}}", field.name, field.kind);
        }
        OPTIONS.forEach((name, kind) -> {
            String start = "{\"type\":\"execute\",\"project_id\":\"" + project
                    + "\",\"data\":{\"prompt\":\"x\",\"options\":{\"" + name + "\":";
            add(rows, start, "}}}", "options." + name, kind);
        });
        for (String time : List.of("+999999999-12-31T23:59:59-18:00", "2026-02-30T00:00:00Z", "2026-01-31T10:15:30")) {
            rows.add(new Row(
                    "{\"type\":\"get_messages\",\"project_id\":\"" + project + "\",\"data\":{\"since\":\"" + time
                            + "\"}}",
                    "VALIDATION_FAILED",
                    "since"));
        }
        rows.add(new Row(
                "{\"type\":\"execute\",\"project_id\":\"" + project
                        + "\",\"data\":{\"prompt\":\"x\",\"options\":{\"no_such_option\":null}}}",
                "VALIDATION_FAILED",
                "options.no_such_option"));
        return rows;
    }

    private static void add(List<Row> rows, String start, String end, String field, Kind kind) {
        VALUES.forEach((name, value) -> {
            if (!kind.right.contains(name)) {
                rows.add(new Row(start + value + end, "VALIDATION_FAILED", field));
            }
        });
        for (String value : NOTHING) {
            rows.add(new Row(start + value + end, "INVALID_MESSAGE", ""));
        }
    }
}
