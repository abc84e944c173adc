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
