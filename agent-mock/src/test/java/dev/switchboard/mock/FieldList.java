package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The fields that each kind of line has, by release, from {@code fields.txt}. Every line that a test reads is checked against it. */
final class FieldList {

    /** @param older whether the older release has this kind of line at all */
    private record Fields(
            boolean older, Set<String> always, Set<String> sometimes, Set<String> newer, Set<String> newerSometimes) {

        void check(String what, JsonObject object, boolean current) {
            assertTrue(current || older, "the older release has no " + what);
            Set<String> required = new LinkedHashSet<>(always);
            Set<String> known = new LinkedHashSet<>(always);
            known.addAll(sometimes);
            if (current) {
                required.addAll(newer);
                known.addAll(newer);
                known.addAll(newerSometimes);
            }
            Set<String> has = object.members().keySet();
            required.removeAll(has);
            assertEquals(Set.of(), required, what + " lacks fields");
            Set<String> unknown = new LinkedHashSet<>(has);
            unknown.removeAll(known);
            assertEquals(Set.of(), unknown, what + " has fields that the real line has not");
        }
    }

    private static final Map<String, Fields> ENTRIES = read();

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

    /** @param current whether the line is of the current release */
    static void check(JsonObject line, boolean current) {
        String kind = entry(line);
        assertNotNull(ENTRIES.get(kind), "fields.txt has no kind " + kind);
        ENTRIES.get(kind).check(kind, line, current);
        for (Map.Entry<String, Fields> one : ENTRIES.entrySet()) {
            if (one.getKey().startsWith(kind + " > ")) {
                String path = one.getKey().substring(kind.length() + 3);
                for (JsonObject inner : inside(List.of(line), path)) {
                    one.getValue().check(one.getKey(), inner, current);
                }
            }
        }
        checkTypes(kind, line);
    }

    /** What stands in a list of blocks, or is an event, has to be of a type that the list of fields knows. */
    private static void checkTypes(String kind, JsonObject line) {
        if (kind.equals("assistant")) {
            assertEquals(1, line.object("message").list("content").size(), "an assistant line has one block");
        }
        for (String path : List.of("message.content", "event")) {
            for (JsonObject typed : inside(List.of(line), path + "[]")) {
                String name = kind + " > " + path + "[" + typed.string("type") + "]";
                assertTrue(kind.equals("assistant/flood") || ENTRIES.containsKey(name), "fields.txt has no " + name);
            }
        }
    }

    /** The entry for a line: its kind, but for the two special forms of the list. */
    static String entry(JsonObject line) {
        String kind = kind(line);
        if (kind.equals("assistant") && !line.has("request_id") && !line.has("error")) {
            return "assistant/flood";
        }
        return kind.equals("result/error_during_execution") && !line.has("terminal_reason")
                ? "result/unknown_session"
                : kind;
    }

    static boolean knows(String kind) {
        return ENTRIES.containsKey(kind);
    }

    /** All kinds of lines of a release. */
    static Set<String> kinds(boolean current) {
        Set<String> kinds = new TreeSet<>();
        ENTRIES.forEach((name, fields) -> {
            if (!name.contains(" > ") && (current || fields.older())) {
                kinds.add(name);
            }
        });
        return kinds;
    }

    private static List<JsonObject> inside(List<JsonObject> objects, String path) {
        int dot = path.indexOf('.');
        String step = dot < 0 ? path : path.substring(0, dot);
        List<JsonObject> found = new ArrayList<>();
        for (JsonObject object : objects) {
            found.addAll(step(object, step));
        }
        return dot < 0 ? found : inside(found, path.substring(dot + 1));
    }

    private static List<JsonObject> step(JsonObject object, String step) {
        int bracket = step.indexOf('[');
        String name = bracket < 0 ? step : step.substring(0, bracket);
        String type = bracket < 0 ? "" : step.substring(bracket + 1, step.length() - 1);
        List<Object> values = new ArrayList<>();
        if (step.equals("*")) {
            values.addAll(object.members().values());
        } else if (object.get(name) instanceof List<?> list) {
            values.addAll(list);
        } else {
            values.add(object.get(name));
        }
        List<JsonObject> found = new ArrayList<>();
        for (Object value : values) {
            if (value instanceof JsonObject inner && (type.isEmpty() || type.equals(inner.string("type")))) {
                found.add(inner);
            }
        }
        return found;
    }

    private static Map<String, Fields> read() {
        Map<String, Fields> entries = new LinkedHashMap<>();
        for (String line : resource().split("\n")) {
            if (!line.isBlank() && !line.startsWith("#")) {
                int colon = line.indexOf(": ");
                String[] parts = line.substring(colon + 2).split("\\|", -1);
                assertTrue(colon > 0 && parts.length == 4, line);
                boolean older = !line.startsWith("+");
                entries.put(
                        line.substring(older ? 0 : 1, colon),
                        new Fields(older, words(parts[0]), words(parts[1]), words(parts[2]), words(parts[3])));
            }
        }
        return entries;
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
