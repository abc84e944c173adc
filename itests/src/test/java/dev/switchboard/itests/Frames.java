package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/** What frames say, and what the protocol says of their order. */
final class Frames {
    private Frames() {}

    static String type(JsonNode frame) {
        return frame.get("type").asText();
    }

    /** The error's code; empty if it is no error. */
    static String code(JsonNode frame) {
        return type(frame).equals("error") ? frame.get("data").get("code").asText() : "";
    }

    /** The project's state that the frame tells; empty if it tells none. */
    static String state(JsonNode frame) {
        return Client.stateOf(frame).orElse("");
    }

    static long seq(JsonNode frame) {
        return frame.get("seq").asLong();
    }

    /** Whether it tells that a run is over. */
    static boolean isEnd(JsonNode frame) {
        return frame.has("seq") && !state(frame).isEmpty() && !state(frame).equals("EXECUTING");
    }

    /** Those that are records of the log. */
    static List<JsonNode> records(List<JsonNode> frames) {
        return frames.stream().filter(frame -> frame.has("seq")).toList();
    }

    /** Those that are not: replies. */
    static List<JsonNode> replies(List<JsonNode> frames) {
        return frames.stream().filter(frame -> !frame.has("seq")).toList();
    }

    static List<String> types(List<JsonNode> frames) {
        return frames.stream().map(Frames::type).toList();
    }

    /** One line for each, for messages of failed tests. */
    static String brief(List<JsonNode> frames) {
        return frames.stream()
                .map(frame -> frame.path("seq").asText() + " " + type(frame) + " " + state(frame)
                        + frame.path("data").path("type").asText() + code(frame))
                .collect(Collectors.joining("\n  ", "\n  ", ""));
    }

    /** Records follow each other, the first on the given one. */
    static void assertFollow(long last, List<JsonNode> records) {
        for (int i = 0; i < records.size(); i++) {
            assertEquals(last + 1 + i, seq(records.get(i)), () -> "behind " + last + brief(records));
        }
    }

    /**
     * The records are those of one whole run, in the protocol's order.
     *
     * @param end what comes after the agent's messages: {@code IDLE}; {@code IDLE process_killed}; {@code error ERROR}
     */
    static void assertRun(List<JsonNode> records, String end) {
        List<String> names = records.stream()
                .map(frame -> state(frame).isEmpty() ? type(frame) : state(frame))
                .toList();
        String all = String.join(" ", names);
        String story = "EXECUTING prompt( agent_message| project_update)* " + end;
        assertTrue(all.matches(story), () -> "expected " + story + brief(records));
        String execution = records.get(0).get("data").get("execution_id").asText();
        records.stream()
                .filter(frame -> !state(frame).isEmpty() || type(frame).equals("prompt"))
                .forEach(frame -> assertEquals(
                        execution, frame.get("data").get("execution_id").asText(), () -> brief(records)));
    }

    /** Where a reply stands: the record that it came behind; 0 if behind none. */
    static long place(List<JsonNode> frames, JsonNode reply) {
        long place = 0;
        for (JsonNode frame : frames) {
            if (frame == reply) {
                return place;
            }
            place = frame.has("seq") ? seq(frame) : place;
        }
        throw new AssertionError("not among them: " + reply);
    }
}
