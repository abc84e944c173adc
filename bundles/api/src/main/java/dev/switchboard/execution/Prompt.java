package dev.switchboard.execution;

import dev.switchboard.content.Content;
import java.util.Objects;

/**
 * What an agent is asked.
 *
 * @param json the JSON value exactly as the client sent it: a string, or an array of content blocks
 * @param text what a person would read of it; the text blocks joined with line feeds
 */
public record Prompt(Content json, String text) {
    public Prompt {
        Objects.requireNonNull(json, "json");
        Objects.requireNonNull(text, "text");
    }

    /** Its size only: prompts are never logged. */
    @Override
    public String toString() {
        return "Prompt[" + json.size() + " bytes]";
    }
}
