package dev.switchboard.shell.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.protocol.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Lines of an agent's as people read them: what it says, which tools it uses, how its turn ended. What a release newer than
 * this adds has no text, and is never an error.
 */
final class AgentText {
    private static final int SUMMARY = 160;
    /** What tells most about a use of the usual tools, the best first. */
    private static final List<String> TELLING = List.of(
            "command", "file_path", "notebook_path", "pattern", "path", "url", "query", "description", "prompt");

    private AgentText() {}

    /** The lines to show; empty if there is nothing to read. */
    static List<String> of(JsonNode line) {
        List<String> lines = switch (line.path("type").asText()) {
            case "assistant" -> assistant(line.path("message").path("content"));
            case "user" -> toolResults(line.path("message").path("content"));
            case "result" -> List.of(result(line));
            default -> List.of();
        };
        boolean subagent = line.path("parent_tool_use_id").isTextual();
        return subagent
                ? lines.stream().map(text -> "  " + text.replace("\n", "\n  ")).toList()
                : lines;
    }

    private static List<String> assistant(JsonNode content) {
        if (content.isTextual()) {
            return List.of(content.textValue());
        }
        List<String> lines = new ArrayList<>();
        for (JsonNode block : content) {
            switch (block.path("type").asText()) {
                case "text" -> lines.add(block.path("text").asText());
                case "tool_use", "server_tool_use" -> lines.add(toolUse(block));
                default -> {
                    // thinking, and what we do not know yet
                }
            }
        }
        return lines;
    }

    private static String toolUse(JsonNode block) {
        JsonNode input = block.path("input");
        String summary = TELLING.stream()
                .map(input::path)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .findFirst()
                .orElseGet(() -> input.isEmpty() ? "" : Json.text(input));
        return ("[tool] " + block.path("name").asText("?") + " " + Printable.line(summary, SUMMARY)).strip();
    }

    /** Those that failed; the others are long, and the agent says what it makes of them. */
    private static List<String> toolResults(JsonNode content) {
        List<String> lines = new ArrayList<>();
        for (JsonNode block : content) {
            if (block.path("type").asText().equals("tool_result")
                    && block.path("is_error").asBoolean()) {
                lines.add("[tool failed] " + Printable.line(text(block.path("content")), SUMMARY));
            }
        }
        return lines;
    }

    /** What a result says of itself: that it failed and why, or what it took. */
    private static String result(JsonNode result) {
        if (result.path("terminal_reason").asText().startsWith("aborted")) {
            return "[interrupted]";
        }
        if (result.path("is_error").asBoolean()) {
            return "[failed] " + failure(result);
        }
        StringJoiner figures = new StringJoiner(", ", "[done] ", "").setEmptyValue("[done]");
        number(result, "num_turns")
                .ifPresent(turns -> figures.add(turns.equals(BigDecimal.ONE) ? "1 turn" : turns + " turns"));
        number(result, "duration_ms")
                .ifPresent(millis -> figures.add(String.format(Locale.ROOT, "%.1f s", millis.doubleValue() / 1000)));
        number(result, "total_cost_usd")
                .ifPresent(cost ->
                        figures.add("$" + cost.setScale(4, RoundingMode.HALF_UP).toPlainString()));
        return figures.toString();
    }

    private static String failure(JsonNode result) {
        StringJoiner errors = new StringJoiner("; ");
        result.path("errors").forEach(error -> errors.add(error.asText()));
        String text = result.path("result").asText();
        if (text.isEmpty()) {
            text = errors.length() > 0
                    ? errors.toString()
                    : result.path("subtype").asText("without a reason");
        }
        return text;
    }

    /** The text of a result that was not said before: commands of the agent's own answer so. */
    static Optional<String> resultText(JsonNode line) {
        boolean good = line.path("type").asText().equals("result")
                && !line.path("is_error").asBoolean();
        return Optional.of(line.path("result").asText()).filter(text -> good && !text.isBlank());
    }

    private static Optional<BigDecimal> number(JsonNode object, String field) {
        return Optional.of(object.path(field)).filter(JsonNode::isNumber).map(JsonNode::decimalValue);
    }

    /** Of a text, or of the text blocks of a list. */
    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText();
        }
        StringJoiner texts = new StringJoiner(" ");
        content.forEach(block -> texts.add(block.path("text").asText()));
        return texts.toString();
    }
}
