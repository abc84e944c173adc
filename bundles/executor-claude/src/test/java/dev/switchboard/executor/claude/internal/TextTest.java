package dev.switchboard.executor.claude.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.Prompt;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    @DisplayName("X1 a prompt over several lines becomes one line, and its text stays as it is")
    void messageIsOneLine() {
        Prompt prompt = new Prompt(Content.of("[\r\n{\"type\":\"text\",\n\"text\":\"a\\nb\"}]"), "a\nb");
        Content message = ClaudeMessages.user(ExecutionId.random(), prompt);
        String text = message.toText();
        assertEquals(message.size(), text.length());
        assertFalse(text.contains("\n") || text.contains("\r"));
        assertTrue(text.endsWith("\"content\":[  {\"type\":\"text\", \"text\":\"a\\nb\"}]}}"), text);
        assertTrue(message.inMemory());
        assertFalse(message.toString().contains("text"));
    }

    @Test
    void plainText() {
        assertEquals("red and plain", PlainText.of("\u001b[31;1mred\u001b[0m and \u0000\u0008plain\u007f\u0085"));
        assertEquals("title", PlainText.of("\u001b]0;window\u0007title"));
        assertEquals("two\nlines\tand", PlainText.of("two\nlines\tand\r"));
        assertEquals("x".repeat(2000), PlainText.of("x".repeat(2000)));
        assertEquals("x".repeat(2000) + "…", PlainText.of("x".repeat(2001)));
        assertEquals("x".repeat(1999) + "…", PlainText.of("x".repeat(1999) + "😀"));
    }

    @Test
    @DisplayName("X1 what a result says of a failure, and whether it was an interruption")
    void results() {
        ResultLine diagnostic = new ResultLine(true, "error_during_execution", "", List.of("[ede_diagnostic] x"), "");
        assertEquals("The agent reported error_during_execution.", diagnostic.message());
        assertEquals(Verdict.FAILED, diagnostic.verdict(false));
        assertEquals(Verdict.INTERRUPTED, diagnostic.verdict(true));
        ResultLine turns = new ResultLine(true, "error_max_turns", "max_turns", List.of("Too many", "turns"), "");
        assertEquals("Too many; turns", turns.message());
        assertEquals(Verdict.FAILED, turns.verdict(true), "it failed before it could be stopped");
        ResultLine aborted = new ResultLine(true, "error_during_execution", "aborted_tools", List.of(), "");
        assertEquals(Verdict.INTERRUPTED, aborted.verdict(false), "stopped by a denial");
        ResultLine done = new ResultLine(false, "success", "completed", List.of(), "ok");
        assertEquals(Verdict.COMPLETED, done.verdict(true));
    }

    @Test
    void repairedStream() throws IOException {
        Random random = new Random(42);
        for (int round = 0; round < 50; round++) {
            byte[] bytes = new byte[random.nextInt(70_000)];
            random.nextBytes(bytes);
            byte[] letters = "aé漢😀".getBytes(UTF_8);
            for (int i = 0; i + letters.length < bytes.length; i += 1 + random.nextInt(40)) {
                System.arraycopy(letters, 0, bytes, i, letters.length);
            }
            try (WellFormedStream stream = new WellFormedStream(Content.of(bytes))) {
                assertArrayEquals(new String(bytes, UTF_8).getBytes(UTF_8), stream.readAllBytes());
                assertEquals(-1, stream.read());
            }
        }
    }
}
