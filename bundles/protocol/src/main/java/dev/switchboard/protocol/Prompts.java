package dev.switchboard.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.Prompt;
import java.util.Map;
import java.util.StringJoiner;

/** Prompts: a text, or a list of content blocks ({@code text}, and {@code image} in base64). */
public final class Prompts {
    private static final String EXPECTED =
            "expected a text that is not blank, or a list of content blocks: {\"type\":\"text\",\"text\":…} and"
                    + " {\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":…,\"data\":…}}";

    private Prompts() {}

    /**
     * The prompt of an {@code execute} request.
     *
     * @throws SwitchboardException {@code VALIDATION_FAILED} if it is missing, blank or of another shape
     */
    public static Prompt of(InboundFrame frame) {
        JsonNode value = frame.data().path("prompt");
        check(value);
        Content raw = frame.rawField("prompt").orElseThrow(() -> invalid("prompt is missing; " + EXPECTED));
        return new Prompt(raw, text(value));
    }

    /** What a person would read of a prompt. */
    static String text(JsonNode prompt) {
        if (prompt.isTextual()) {
            return prompt.textValue();
        }
        StringJoiner texts = new StringJoiner("\n");
        for (JsonNode block : prompt) {
            if (block.path("text").isTextual()) {
                texts.add(block.get("text").textValue());
            }
        }
        return texts.toString();
    }

    private static void check(JsonNode value) {
        if (value.isTextual() && !value.textValue().isBlank()) {
            return;
        }
        if (!value.isArray() || value.isEmpty()) {
            throw invalid("prompt is missing or empty; " + EXPECTED);
        }
        for (JsonNode block : value) {
            if (!isText(block) && !isImage(block)) {
                throw invalid("prompt has a block of another shape; " + EXPECTED);
            }
        }
        if (text(value).isBlank()) {
            throw invalid("prompt has no text; " + EXPECTED);
        }
    }

    private static boolean isText(JsonNode block) {
        return block.path("type").asText().equals("text") && block.path("text").isTextual();
    }

    private static boolean isImage(JsonNode block) {
        JsonNode source = block.path("source");
        return block.path("type").asText().equals("image")
                && source.path("type").asText().equals("base64")
                && source.path("media_type").asText().startsWith("image/")
                && source.path("data").isTextual();
    }

    private static SwitchboardException invalid(String message) {
        return new SwitchboardException(ErrorCode.VALIDATION_FAILED, message, Map.of("field", "prompt"));
    }
}
