package dev.switchboard.protocol.agent;

import dev.switchboard.content.Content;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds a few fields of JSON objects, wherever they stand among the others. It reads an object once, from front to back
 * in pieces of 64 KiB, whatever its length, and checks all of it against the grammar (RFC 8259), so that what passes can
 * be put into a frame as it is. Only UTF-8 that is malformed inside a string is let pass, and reported.
 *
 * <p>Immutable; may be used by many threads at once.
 */
public final class AgentLineScanner {
    /** {@code "type"} may be written with six bytes a letter, each as an escape. */
    private static final int LONGEST_ESCAPE = 6;

    private final List<String> names;
    private final byte[][] keys;
    private final int longest;

    /** @param fields the names to look for among an object's own fields; those of nested objects are not looked at */
    public AgentLineScanner(String... fields) {
        names = List.of(fields);
        keys = names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        longest = LONGEST_ESCAPE
                * Arrays.stream(keys).mapToInt(key -> key.length).max().orElse(0);
    }

    /**
     * Scans one object, with white space around it at most.
     *
     * @return what was found; empty if the line is not one JSON object, or nested deeper than
     *         {@value JsonWalker#MAX_DEPTH} levels
     * @throws java.io.UncheckedIOException if the content cannot be read any more
     */
    public Optional<AgentLine> scan(Content line) {
        JsonWalker walker = new JsonWalker(line);
        long[] spans = new long[2 * keys.length];
        if (!walker.take('{') || !walker.take('}') && !fields(walker, line, spans) || walker.token() >= 0) {
            return Optional.empty();
        }
        return Optional.of(new AgentLine(line, names, spans, walker.wellFormed()));
    }

    /** Walks over the fields up to the closing brace; of equal names the last one counts, as with other parsers. */
    private boolean fields(JsonWalker walker, Content line, long[] spans) {
        do {
            if (!walker.key()) {
                return false;
            }
            int field = find(walker, line);
            walker.token();
            long start = walker.position();
            if (!walker.value()) {
                return false;
            }
            if (field >= 0) {
                spans[2 * field] = start;
                spans[2 * field + 1] = walker.position();
            }
        } while (walker.take(','));
        return walker.take('}');
    }

    private int find(JsonWalker walker, Content line) {
        long length = walker.keyEnd - walker.keyStart;
        if (length > longest) {
            return -1;
        }
        long offset = walker.keyStart - walker.base();
        if (offset >= 0 && !walker.escaped) {
            return find(walker.bytes, (int) offset, (int) (offset + length));
        }
        byte[] key = new ContentRegion(line, walker.keyStart, walker.keyEnd).toBytes();
        return walker.escaped ? names.indexOf(JsonText.decode(key, 0, key.length)) : find(key, 0, key.length);
    }

    private int find(byte[] bytes, int from, int to) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].length == to - from && Arrays.equals(keys[i], 0, keys[i].length, bytes, from, to)) {
                return i;
            }
        }
        return -1;
    }
}
