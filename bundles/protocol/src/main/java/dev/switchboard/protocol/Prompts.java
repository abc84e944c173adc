package dev.switchboard.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.content.Content;
import dev.switchboard.execution.Prompt;
import dev.switchboard.protocol.agent.AgentLineScanner;
import java.util.Optional;
import java.util.StringJoiner;

/** Prompts: a text, or a list of content blocks ({@code text}, and {@code image} in base64). */
public final class Prompts {
    private static final AgentLineScanner RECORD = new AgentLineScanner("prompt");
    private static final int SHOWN = 120;

    private Prompts() {}

    /** The prompt of an {@code execute} request that is as its schema says. */
    public static Prompt of(InboundFrame frame) {
        Content raw = frame.rawField("prompt")
                .orElseThrow(() -> Fields.of(frame.data()).invalid("prompt", "is missing"));
        return new Prompt(raw, text(frame.data().path("prompt")));
    }

    /**
     * The prompt of a record that {@link Payloads#prompt} has made.
     *
     * @return empty if it is no such record
     */
    public static Optional<Prompt> recorded(Content data) {
        return RECORD.scan(data).flatMap(fields -> fields.json("prompt")).map(raw -> {
            Content json = Content.of(raw.toBytes());
            return new Prompt(json, text(Payloads.tree(json)));
        });
    }

    /**
     * A prompt that was kept as it came.
     *
     * @param json what {@link Prompt#json()} was
     * @throws IllegalArgumentException if it is not JSON
     */
    public static Prompt kept(Content json) {
        return new Prompt(json, text(Payloads.tree(json)));
    }

    /** The first line of a prompt's text, at most 120 characters of it and then an ellipsis. */
    public static String shortened(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.codePointCount(0, line.length()) <= SHOWN
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHOWN)) + "…";
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
}
