package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonReader;
import dev.switchboard.mock.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D5 One-shot runs: where the prompt comes from and what comes out")
class OneShotIT extends MockTestBase {

    private static final String NO_PROMPT =
            "Error: Input must be provided either through stdin or as a prompt argument when using --print\n";

    @Test
    void aPlainTurnIsInitAnswerResult() {
        MockProcess process = runPrompt("hello");
        List<JsonObject> lines = process.rest();
        assertEquals(List.of("system/init", "assistant", "result/success"), process.kinds());
        assertEquals(cwd.toString(), lines.get(0).string("cwd"));
        assertEquals(text(lines.get(1)), lines.get(2).string("result"));
        assertTrue(text(lines.get(1)).startsWith("You said: hello\n"));
        assertNull(lines.get(1).object("message").get("stop_reason"));
        assertEquals("end_turn", lines.get(2).string("stop_reason"));
        assertEquals(0, process.exitCode());
        assertEquals("", process.stderr());
        assertNotFirst("type", lines.get(2));
    }

    private static void assertNotFirst(String key, JsonObject line) {
        List<String> keys = List.copyOf(line.members().keySet());
        int at = keys.indexOf(key);
        assertTrue(at > 0 && at < keys.size() - 1, "the type is in the middle of a result: " + keys);
    }

    @Test
    void partialMessagesAddUpToTheText() {
        MockProcess process = runPrompt("[[think text=Hmm say=\"I have got it.\"]]", "--include-partial-messages");
        StringBuilder text = new StringBuilder();
        StringBuilder order = new StringBuilder();
        for (JsonObject line : process.rest()) {
            JsonObject event = line.object("event");
            if (event == null) {
                order.append(FieldList.kind(line)).append(' ');
                continue;
            }
            order.append(event.string("type")).append(' ');
            JsonObject delta = event.object("delta");
            if (delta != null && delta.has("text")) {
                text.append(delta.string("text"));
            }
        }
        assertEquals("I have got it.", text.toString());
        assertEquals(
                "system/init system/status message_start content_block_start system/thinking_tokens content_block_delta "
                        + "content_block_delta assistant content_block_stop content_block_start content_block_delta content_block_delta "
                        + "assistant content_block_stop message_delta message_stop result/success ",
                order.toString());
    }

    @Test
    void jsonIsTheResultAloneOrAllLinesAsAnArray() {
        MockProcess alone = run("-p", "--output-format", "json", "hi");
        JsonObject result = alone.next();
        assertEquals("result/success", FieldList.kind(result));
        assertNull(alone.next());
        MockProcess array = run("-p", "--output-format", "json", "--verbose", "hi");
        List<?> lines = (List<?>) JsonReader.read(array.restText());
        assertEquals(
                List.of("system/init", "assistant", "result/success"),
                lines.stream().map(line -> FieldList.kind((JsonObject) line)).toList());
    }

    @Test
    void textIsTheAnswerOrTheErrorOnStdout() {
        assertEquals("Hello.", run("-p", "[[say]]").restText());
        MockProcess failed = run("-p", "[[api-error status=400 text=\"API Error: 400 no\"]]");
        assertEquals("API Error: 400 no", failed.restText());
        assertEquals(1, failed.exitCode());
        assertEquals("", failed.stderr());
        MockProcess limited = run("-p", "--max-turns", "1", "[[tools 2]]");
        assertEquals("Error: Reached max turns (1)", limited.restText());
    }

    @Test
    void thePromptComesFromStdinOrBoth() {
        MockProcess piped = start("-p");
        piped.send("--help is text here");
        piped.closeStdin();
        assertTrue(piped.restText().startsWith("You said: --help is text here\n"));
        MockProcess both = start("-p", "[[echo]]");
        both.send("from stdin");
        both.closeStdin();
        assertEquals("\"[[echo]]\\nfrom stdin\"", both.restText());
        MockProcess idInstead = start("-p", "-c", "some-id");
        idInstead.send("the real prompt");
        idInstead.closeStdin();
        assertTrue(idInstead.restText().startsWith("You said: some-id\nthe real prompt\n"));
    }

    @Test
    void withoutAPromptItIsRefused() {
        for (String prompt : List.of("", "  \n ")) {
            MockProcess process = run("-p", prompt);
            assertEquals("", process.restText());
            assertEquals(NO_PROMPT, process.stderr());
            assertEquals(1, process.exitCode());
        }
    }

    @Test
    void aSilentPipeIsWaitedForThreeSeconds() {
        long start = System.nanoTime();
        MockProcess process = start("-p", "hi");
        assertTrue(process.restText().startsWith("You said: hi\n"));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(millis >= 3_000, "waited " + millis + " ms");
        assertTrue(process.stderr().startsWith("Warning: no stdin data received in 3s"), process.stderr());
        assertEquals(0, process.exitCode());
    }

    @Test
    void moreThanTenMegabytesOnStdinAreRefused() {
        MockProcess atLimit = start("-p");
        atLimit.send("[[say]]" + "x".repeat(10 * 1024 * 1024 - 7));
        atLimit.closeStdin();
        assertEquals("Hello.", atLimit.restText());
        MockProcess tooMuch = startFromFile("[[say]]" + "x".repeat(10 * 1024 * 1024 - 6));
        assertEquals("", tooMuch.restText());
        assertTrue(tooMuch.stderr().startsWith("Error: piped stdin input exceeds 10MB"), tooMuch.stderr());
        assertEquals(1, tooMuch.exitCode());
    }

    /** Input that the process may refuse to read: from a file, where nobody has to write it. */
    private MockProcess startFromFile(String text) {
        try {
            Path file = Files.writeString(scratch.resolve("input"), text);
            ProcessBuilder builder =
                    new ProcessBuilder(HOME.resolve("bin/claude").toString(), "-p").redirectInput(file.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            return new MockProcess(builder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void textArrivesByteForByteWhateverTheLocale() {
        String odd = "Grüße, 日本, \ud83d\ude00, tab\t, quote\", back\\slash, nel\u0085, ls\u2028, bell\u0007";
        String expected = JsonWriter.asciiLiteral("[[echo]]" + odd);
        assertEquals(expected, text(runPrompt("[[echo]]" + odd).await("assistant")));
        MockProcess stream = stream();
        stream.say("[[echo]]" + odd);
        assertEquals(expected, text(stream.await("assistant")));
        stream.closeStdin();
        assertEquals(0, stream.exitCode());
    }

    @Test
    void twoRunsWithTheSameInputSayTheSame() {
        String first = withoutTimes(
                runPrompt("[[tools 2]]", "--no-session-persistence").restText());
        String second = withoutTimes(
                runPrompt("[[tools 2]]", "--no-session-persistence").restText());
        assertEquals(first, second);
        assertFalse(first.isEmpty());
    }

    private static String withoutTimes(String text) {
        return text.replaceAll("\"timestamp\":\"[^\"]*\"", "").replaceAll("\"[a-z_]+_ms\":\\d+", "");
    }
}
