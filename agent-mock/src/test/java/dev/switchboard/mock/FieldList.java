package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fields that each kind of line has, from {@code fields.txt}. Every line that a test reads is checked against it. */
final class FieldList {

    private record Fields(Set<String> required, Set<String> optional) {}

    private static final Map<String, Fields> KINDS = read();

    private FieldList() {}

    /** The type of a line, with the subtype where it has one. */
    static String kind(JsonObject line) {
        String type = line.string("type");
        String subtype = switch (String.valueOf(type)) {
            case "control_request" -> line.object("request").string("subtype");
            case "control_response" -> line.object("response").string("subtype");
            default -> line.string("subtype");
        };
        return subtype == null ? type : type + "/" + subtype;
    }

    static void check(JsonObject line) {
        String kind = kind(line);
        Fields fields = KINDS.get(kind);
        assertNotNull(fields, "fields.txt has no kind " + kind);
        Set<String> missing = new LinkedHashSet<>(fields.required());
        missing.removeAll(line.members().keySet());
        assertEquals(Set.of(), missing, kind + " lacks fields");
        Set<String> unknown = new LinkedHashSet<>(line.members().keySet());
        unknown.removeAll(fields.required());
        unknown.removeAll(fields.optional());
        assertEquals(Set.of(), unknown, kind + " has fields that the real line has not");
        if (kind.equals("assistant")) {
            assertEquals(1, line.object("message").list("content").size(), "an assistant line has one block");
        }
    }

    static boolean knows(String kind) {
        return KINDS.containsKey(kind);
    }

    private static Map<String, Fields> read() {
        Map<String, Fields> kinds = new HashMap<>();
        for (String line : resource().split("\n")) {
            if (!line.startsWith("#")) {
                int colon = line.indexOf(": ");
                int bar = line.indexOf('|');
                assertTrue(colon > 0 && bar > colon, line);
                kinds.put(
                        line.substring(0, colon),
                        new Fields(words(line.substring(colon + 2, bar)), words(line.substring(bar + 1))));
            }
        }
        return kinds;
    }

    private static Set<String> words(String text) {
        return text.isBlank()
                ? Set.of()
                : new LinkedHashSet<>(List.of(text.strip().split(" +")));
    }

    private static String resource() {
        try (InputStream stream = FieldList.class.getResourceAsStream("/fields.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
