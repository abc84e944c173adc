package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers to messages that are no good, or odd. */
final class Answers {
    private Answers() {}

    /** The answer to a message, after which the connection still answers. */
    static JsonNode answer(Wire wire, byte[] message) throws Exception {
        wire.frame(Wire.TEXT, message);
        JsonNode answer;
        try {
            answer = wire.next();
        } catch (IOException e) {
            throw new AssertionError("no answer to " + brief(message), e);
        }
        wire.text("{\"type\":\"hello\",\"request_id\":\"alive\"}");
        JsonNode hello = wire.next();
        assertEquals(
                "hello alive",
                hello.get("type").asText() + " " + hello.path("request_id").asText(),
                () -> brief(message) + " was answered with " + answer + " and then " + hello);
        return answer;
    }

    static JsonNode answer(Wire wire, String message) throws Exception {
        return answer(wire, message.getBytes(StandardCharsets.UTF_8));
    }

    static String brief(byte[] message) {
        String text = new String(message, StandardCharsets.UTF_8);
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    /**
     * @param code the expected one
     * @param field of the details; empty if there is none
     */
    static void assertError(String sent, JsonNode answer, String code, String field) {
        String what = brief(sent.getBytes(StandardCharsets.UTF_8)) + " was answered with " + answer;
        assertEquals("error", answer.get("type").asText(), what);
        JsonNode data = answer.get("data");
        assertEquals(code, data.get("code").asText(), what);
        assertEquals(field, data.path("details").path("field").asText(), what);
        assertFalse(data.get("message").asText().isBlank(), what);
        assertEquals(data.get("message"), data.get("error"), what);
        assertFalse(
                data.get("message")
                        .asText()
                        .matches("(?s).*(Exception|java\\.|dev\\.switchboard|com\\.fasterxml|/data/).*"),
                what);
    }
}
