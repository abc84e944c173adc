package dev.switchboard.protocol.agent;

import dev.switchboard.content.Content;
import java.util.List;
import java.util.Optional;

/**
 * The fields that were found in a line. Values are read from the line when they are asked for: it must still be readable
 * then. Immutable; may be used by many threads at once.
 */
public final class AgentLine {
    /** Texts longer than this, as they are written in the line, are not small fields. */
    public static final int TEXT_LIMIT = 4096;

    private final Content line;
    private final List<String> names;
    private final long[] spans;
    private final boolean wellFormed;

    /** @param spans start and end of each field's value; the end is 0 where there is none */
    AgentLine(Content line, List<String> names, long[] spans, boolean wellFormed) {
        this.line = line;
        this.names = names;
        this.spans = spans;
        this.wellFormed = wellFormed;
    }

    /** Whether all of the line is well-formed UTF-8. */
    public boolean wellFormed() {
        return wellFormed;
    }

    /** A text field of at most {@value #TEXT_LIMIT} bytes; empty if it is longer, no text, or not there. */
    public Optional<String> text(String field) {
        return text(field, false);
    }

    /** The beginning of a text field, up to {@value #TEXT_LIMIT} bytes of it; empty if it is no text or not there. */
    public Optional<String> excerpt(String field) {
        return text(field, true);
    }

    /** Whether the field is {@code true}. */
    public boolean isTrue(String field) {
        return json(field)
                .filter(value -> value.size() == 4 && value.toText().equals("true"))
                .isPresent();
    }

    /** A field's value of whatever kind, as it is written in the line; a view that costs nothing. */
    public Optional<Content> json(String field) {
        int index = index(field);
        return spans[index + 1] == 0
                ? Optional.empty()
                : Optional.of(new ContentRegion(line, spans[index], spans[index + 1]));
    }

    private Optional<String> text(String field, boolean cut) {
        int index = index(field);
        long start = spans[index] + 1;
        long end = spans[index + 1] - 1;
        if (end < start || !cut && end - start > TEXT_LIMIT) {
            return Optional.empty();
        }
        byte[] raw = new ContentRegion(line, start - 1, Math.min(end, start + TEXT_LIMIT)).toBytes();
        return raw[0] == '"' ? Optional.of(JsonText.decode(raw, 1, raw.length)) : Optional.empty();
    }

    private int index(String field) {
        int index = names.indexOf(field);
        if (index < 0) {
            throw new IllegalArgumentException(field + " was not looked for, only " + names);
        }
        return 2 * index;
    }
}
