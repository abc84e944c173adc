package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonReader;
import dev.switchboard.mock.json.JsonSyntaxException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("D5 Scenarios: what each directive does")
class ScenarioIT extends MockTestBase {

    @Test
    void toolsAreUsedAndAnsweredOneAfterTheOther() {
        MockProcess process = runPrompt("[[tools 3]]");
        process.rest();
        assertEquals(
                List.of(
                        "system/init",
                        "assistant",
                        "assistant",
                        "user",
                        "assistant",
                        "assistant",
                        "user",
                        "assistant",
                        "assistant",
                        "user",
                        "assistant",
                        "result/success"),
                process.kinds());
        JsonObject result = process.seen().get(11);
        assertEquals("4", result.get("num_turns").toString());
        assertEquals("Used Read 3 times, 3 of them successfully.", result.string("result"));
        String call = block(process.seen().get(2)).string("id");
        assertEquals(call, block(process.seen().get(3)).string("tool_use_id"));
        assertEquals(
                process.seen().get(1).object("message").string("id"),
                process.seen().get(2).object("message").string("id"));
    }

    @Test
    void slowLinesTakeTheirTime() {
        long start = System.nanoTime();
        MockProcess process = runPrompt("[[slow lines=4 every=100ms]]");
        List<String> texts = process.rest().stream()
                .filter(line -> line.string("type").equals("assistant"))
                .map(MockTestBase::text)
                .toList();
        assertEquals(List.of("Line 1 of 4.", "Line 2 of 4.", "Line 3 of 4.", "Line 4 of 4."), texts);
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(300));
    }

    @Test
    void aTurnGoesOnWhenTheTestSaysSo() throws IOException {
        MockProcess process = runPrompt("[[say text=before]] [[until file=go]] [[say text=after]] [[until file=go]]");
        process.await("assistant");
        assertFalse(process.hasOutput());
        Files.createFile(cwd.resolve("go"));
        assertEquals("after", text(process.await("assistant")));
        process.awaitResult();

        process = runPrompt("[[until file=gone for=30ms]] [[say text=late]]");
        assertEquals("late", text(process.await("assistant")));
    }

    @Test
    void clockTellsWhenItsLinesWereWritten() {
        long start = System.currentTimeMillis();
        MockProcess process = runPrompt("[[clock lines=3 every=20ms]]");
        List<Long> micros = process.rest().stream()
                .filter(line -> line.string("type").equals("assistant"))
                .map(line -> Long.parseLong(text(line).substring("clock ".length())))
                .toList();
        assertEquals(3, micros.size());
        assertTrue(micros.get(0) >= start * 1000, micros::toString);
        assertTrue(micros.get(2) - micros.get(0) >= 39_000, micros::toString);
        assertTrue(micros.get(2) <= (System.currentTimeMillis() + 1) * 1000, micros::toString);
    }

    @ParameterizedTest
    @ValueSource(ints = {380, 500, 70_000})
    void floodLinesAreNumberedWholeAndExactlyAsLongAsAsked(int bytes) {
        int lines = bytes > 1_000 ? 50 : 3_000;
        MockProcess process = runPrompt("[[flood lines=" + lines + " bytes=" + bytes + "]]");
        process.await("system/init");
        for (int i = 1; i <= lines; i++) {
            String line = process.nextText();
            assertEquals(bytes, line.getBytes(StandardCharsets.UTF_8).length + 1, "length of line " + i);
            JsonObject json = (JsonObject) JsonReader.read(line);
            FieldList.check(json, true);
            assertTrue(text(json).startsWith(String.format("%010d/%010d ", i, lines)), text(json));
        }
        assertEquals(
                "Flood of " + lines + " lines of " + bytes + " bytes is over.",
                process.awaitResult().string("result"));
    }

    @Test
    void aFloodIsFast() {
        int lines = 200_000;
        double rate = 0;
        for (int attempt = 0; attempt < 3 && rate < 50_000; attempt++) {
            rate = Math.max(rate, floodRate(lines));
        }
        assertTrue(rate > 50_000, rate + " lines/s, start of the process and reading included");
    }

    private double floodRate(int lines) {
        long start = System.nanoTime();
        MockProcess process = runPrompt("[[flood lines=" + lines + " bytes=400]] [[exit]]");
        int count = 0;
        String last = null;
        for (String line = process.nextText(); line != null; line = process.nextText()) {
            last = line;
            count++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertEquals(lines + 1, count);
        assertTrue(
                text((JsonObject) JsonReader.read(last)).startsWith("0000200000/0000200000 "),
                "the last line came, then the exit");
        assertEquals(0, process.exitCode());
        return lines / seconds;
    }

    @Test
    void aFloodCanBeInterrupted() {
        MockProcess process = stream();
        process.say("[[flood lines=100000000 bytes=1000]]");
        process.await("assistant");
        process.control("i", "interrupt");
        String line = process.nextText();
        while (!line.contains("\"type\":\"result\"")) {
            line = process.nextText();
        }
        assertEquals("aborted_streaming", ((JsonObject) JsonReader.read(line)).string("terminal_reason"));
    }

    @Test
    void aHugeLineHasExactlyItsSize() throws IOException, InterruptedException {
        long bytes = 64L * 1024 * 1024;
        ProcessBuilder builder = new ProcessBuilder(
                        HOME.resolve("bin/claude").toString(),
                        "-p",
                        "--output-format",
                        "stream-json",
                        "--verbose",
                        "[[huge bytes=" + bytes + "]]")
                .redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (InputStream stdout = process.getInputStream()) {
            byte[] buffer = new byte[256 * 1024];
            long[] lengths = new long[8];
            int line = 0;
            for (int count = stdout.read(buffer); count >= 0; count = stdout.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    lengths[line]++;
                    line += buffer[i] == '\n' ? 1 : 0;
                }
            }
            assertEquals(3, line);
            assertEquals(bytes, lengths[1]);
        }
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        JsonObject small = runPrompt("[[huge bytes=100k]]").await("assistant");
        assertEquals(100 * 1024, (small + "\n").getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void aCrashInTheMiddleOfALineTearsIt() {
        MockProcess process = runPrompt("[[say]] [[crash mid-line]]");
        assertEquals("Hello.", text(process.await("assistant")));
        String torn = process.nextText();
        assertThrows(JsonSyntaxException.class, () -> JsonReader.read(torn));
        assertNull(process.nextText());
        assertEquals(1, process.exitCode());
    }

    @Test
    void aCrashCanBeASignalOrACode() {
        MockProcess killed = runPrompt("[[crash signal=KILL]]");
        killed.rest();
        assertEquals(137, killed.exitCode());
        assertEquals(7, runPrompt("[[crash code=7]]").exitCode());
    }

    @Test
    void exitLeavesWithoutAResult() {
        MockProcess process = runPrompt("[[say]] [[exit code=3 stderr=\"nothing to say\"]]");
        process.rest();
        assertEquals(List.of("system/init", "assistant"), process.kinds());
        assertEquals("nothing to say\n", process.stderr());
        assertEquals(3, process.exitCode());
        assertEquals(0, runPrompt("[[exit]]").exitCode());
    }

    @Test
    void exitCanBeAllThereIs() {
        environment.put("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS", "1");
        MockProcess process = runPrompt("[[exit first code=1 stderr=\"Error: out of luck\"]]");
        assertEquals(List.of(), process.rest());
        assertEquals("Error: out of luck\n", process.stderr());
        assertEquals(1, process.exitCode());
    }

    @Test
    void aHookReportsBeforeTheFirstLine() {
        MockProcess process = runPrompt("[[hook]]");
        process.rest();
        assertEquals(
                List.of("system/hook_started", "system/hook_response", "system/init", "result/success"),
                process.kinds());
        assertEquals(
                process.seen().get(0).string("hook_id"), process.seen().get(1).string("hook_id"));
        assertTrue(runPrompt("[[hook name=x]]").awaitResult().string("result").startsWith("Mock: "));
    }

    @Test
    void aRefusalIsFollowedByAnotherAnswer() {
        MockProcess process = runPrompt("[[refusal]]");
        process.rest();
        assertEquals(
                List.of("system/init", "assistant", "system/informational", "user", "assistant", "result/success"),
                process.kinds());
        assertTrue(process.seen().get(3).isTrue("isSynthetic"));
        assertEquals(
                process.seen().get(1).object("message").string("id"),
                process.seen().get(3).string("refused_message_id"));
        JsonObject result = process.seen().get(5);
        assertEquals("This is another answer.", result.string("result"));
        assertEquals("1", result.get("safety_stops").toString());
        assertEquals(0, process.exitCode());
    }

    @Test
    void hangIsSilentUntilInterrupted() {
        MockProcess process = stream();
        process.say("[[hang]]");
        process.await("system/init");
        process.control("i", "interrupt");
        assertEquals("control_response/success", FieldList.kind(process.next()));
        assertEquals("aborted_streaming", process.awaitResult().string("terminal_reason"));
        assertEquals(1, runPrompt("[[hang for=50ms]]").exitCode());
    }

    @Test
    void anApiErrorIsASuccessThatIsAnError() {
        MockProcess process = runPrompt("[[api-error status=529 retries=2 every=10ms]]");
        process.rest();
        assertEquals(
                List.of("system/init", "system/api_retry", "system/api_retry", "assistant", "result/success"),
                process.kinds());
        JsonObject result = process.seen().get(4);
        assertTrue(result.isTrue("is_error"));
        assertEquals("529", result.get("api_error_status").toString());
        assertEquals("api_error", result.string("terminal_reason"));
        assertEquals(text(process.seen().get(3)), result.string("result"));
        assertEquals("<synthetic>", process.seen().get(3).object("message").string("model"));
        assertEquals(1, process.exitCode());
        JsonObject noAuth = runPrompt("[[api-error status=no-auth]]").awaitResult();
        assertEquals("Not logged in · Please run /login", noAuth.string("result"));
        assertTrue(noAuth.has("api_error_status") && noAuth.get("api_error_status") == null);
    }

    @Test
    void limitsHaveErrorsAndNoResult() {
        JsonObject turns = runPrompt("[[tools 3]]", "--max-turns", "2").awaitResult();
        assertEquals("error_max_turns", turns.string("subtype"));
        assertEquals(List.of("Reached maximum number of turns (2)"), turns.list("errors"));
        assertEquals("3", turns.get("num_turns").toString());
        assertFalse(turns.has("result"));
        assertEquals(
                "error_max_turns", runPrompt("[[max-turns 2]]").awaitResult().string("subtype"));
        MockProcess budget = runPrompt("[[max-budget 0.5]]");
        assertEquals(
                List.of("Reached maximum budget ($0.5)"), budget.awaitResult().list("errors"));
        assertEquals(1, budget.exitCode());
        assertEquals(
                "success",
                runPrompt("[[tools 3]]", "--max-turns", "4").awaitResult().string("subtype"));
    }

    @Test
    void oddOutputIsOddAndTheTurnGoesOn() {
        MockProcess process = runPrompt(
                        "[[non-json text=\"[log] x\"]] [[unknown-line]] [[stderr text=noise lines=2000]]")
                .anyKind();
        process.await("system/init");
        assertEquals("[log] x", process.nextText());
        assertEquals("from_the_future", process.next().string("type"));
        assertFalse(process.awaitResult().isTrue("is_error"));
        assertEquals("noise\n".repeat(2_000), process.stderr());
    }

    @Test
    void closedStdoutDoesNotEndTheTurn() {
        MockProcess process = runPrompt("[[close-stdout]] [[wait for=100ms]] [[stderr text=later]]");
        process.rest();
        assertEquals(List.of("system/init"), process.kinds());
        assertEquals("later\n", process.stderr());
        assertEquals(0, process.exitCode());
    }

    @Test
    void reportsSayWhatTheProcessWasGiven() {
        environment.put("COOKIE_X", "value with \"quotes\"");
        assertEquals(
                "{\"COOKIE_X\":\"value with \\\"quotes\\\"\",\"NOT_SET\":null}", answer("[[env COOKIE_X NOT_SET]]"));
        assertTrue(answer("[[env]]").contains("CLAUDE_CONFIG_DIR COOKIE_X"));
        assertEquals(cwd.toString(), answer("[[cwd]]"));
        assertTrue(answer("[[args]]").startsWith("[\"-p\",\"--output-format\",\"stream-json\""));
        JsonObject session = (JsonObject) JsonReader.read(answer("[[session]]"));
        assertEquals("1", session.get("turn").toString());
    }

    @Test
    void directivesOfOnePromptArePlayedInOrder() {
        MockProcess process =
                runPrompt("first [[say text=one]] then [[say text=\"two ]] three\"]] and [no] [[Not one]] [[tools 1]]");
        process.rest();
        assertEquals("one", text(process.seen().get(1)));
        assertEquals("two ]] three", text(process.seen().get(2)));
        assertEquals("tool_use", block(process.seen().get(4)).string("type"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[[frobnicate]]",
                "[[flood lines=0]]",
                "[[flood lines=10 byte=500]]",
                "[[flood bytes=100]]",
                "[[slow every=fast]]",
                "[[slow",
                "[[tree depth=6 width=9]]",
                "[[tree life=10m]]",
                "[[storm every=4ms]]",
                "[[storm hop=0ms]]",
                "[[storm every=10ms life=3s]]",
                "[[storm hops=5000 hop=13ms]]",
                "[[storm forks=2001]]",
                "[[bash sleep=121s]]",
                "[[hang for=11m]]",
                "[[ask input=text]]",
                "[[ask input={broken]]",
                "[[crash signal=STOP]]",
                "[[api-error status=99]]"
            })
    void aWrongDirectiveIsAnErrorThatSaysSo(String prompt) {
        MockProcess process = runPrompt(prompt);
        JsonObject result = process.awaitResult();
        assertTrue(result.isTrue("is_error"));
        assertTrue(result.string("result").startsWith("Mock: "), result.string("result"));
        assertEquals(1, process.exitCode());
    }

    private String answer(String prompt) {
        return runPrompt(prompt).awaitResult().string("result");
    }
}
