package dev.switchboard.protocol.schema;

import java.util.Objects;

/**
 * What is wrong with a message.
 *
 * @param field dotted path of the field that is wrong, such as {@code options.max_turns}; of a list, the list; empty if it is
 *        the message as a whole
 * @param problem what is wrong with it and what would be right; never shows the value that came
 */
public record SchemaViolation(String field, String problem) {
    public SchemaViolation {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(problem, "problem");
    }

    /** For people: the field and the problem. */
    public String message() {
        return (field.isEmpty() ? "data" : field) + " " + problem;
    }
}
