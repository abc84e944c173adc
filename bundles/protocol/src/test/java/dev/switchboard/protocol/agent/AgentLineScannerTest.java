package dev.switchboard.protocol.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.switchboard.content.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentLineScannerTest {
    private static final String[] FIELDS = {"type", "subtype", "is_error"};
    private static final ObjectMapper JACKSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final AgentLineScanner scanner = new AgentLineScanner(FIELDS);

    @Test
    @DisplayName("X2 fields are found wherever they stand, and only at the top")
    void findsFieldsAnywhere() {
        AgentLine line =
                scan("{\"m\":{\"type\":\"no\"},\"is_error\":true,\"l\":[{\"subtype\":1}],\"type\":\"result\" }");
        assertEquals(Optional.of("result"), line.text("type"));
        assertTrue(line.isTrue("is_error"));
        assertEquals(Optional.empty(), line.json("subtype"));
        assertEquals(Optional.empty(), line.text("subtype"));
        assertThrows(IllegalArgumentException.class, () -> line.text("other"));
    }

    @Test
    void valuesOfEveryKind() {
        AgentLine line = scan("{\"type\":[1, {\"a\":\"]\"}],\"subtype\":null,\"is_error\":\"true\"}");
        assertEquals("[1, {\"a\":\"]\"}]", line.json("type").orElseThrow().toText());
        assertEquals("null", line.json("subtype").orElseThrow().toText());
        assertEquals(Optional.empty(), line.text("subtype"));
        assertFalse(line.isTrue("is_error"));
    }

    @Test
    void escapesInKeysAndValues() {
        assertEquals(
                Optional.of("a\"b\\/\b\f\n\r\té😀"),
                scan("{\"t\\u0079pe\":\"a\\\"b\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"}")
                        .text("type"));
        assertEquals(
                Optional.of("\ud800x"),
                scan("{\"\\u0074\\u0079\\u0070\\u0065\":\"\\ud800x\"}").text("type"));
        assertEquals(Optional.of(""), scan("{\"type\":\"\"}").text("type"));
    }

    @Test
    void textsUpToTheLimitAreFields() {
        String most = "é".repeat(AgentLine.TEXT_LIMIT / 2);
        assertEquals(Optional.of(most), scan("{\"type\":\"" + most + "\"}").text("type"));
        AgentLine longer = scan("{\"type\":\"" + most + "x\"}");
        assertEquals(Optional.empty(), longer.text("type"));
        assertEquals(Optional.of(most), longer.excerpt("type"));
        assertEquals(
                Optional.of("x".repeat(AgentLine.TEXT_LIMIT - 1)),
                scan("{\"type\":\"" + "x".repeat(AgentLine.TEXT_LIMIT - 1) + "\\u00e9" + "\"}")
                        .excerpt("type"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "\"x\"",
                "1",
                "null",
                "{",
                "}",
                "{}{}",
                "{} x",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":-}",
                "{\"a\":1e}",
                "{\"a\":NaN}",
                "{\"a\":tru}",
                "{\"a\":truex}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\u12",
                "{\"a\":\"x",
                "{\"a\":\"\u0001\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":[1}}",
                "{\"a\":[1,]}",
                "{\"a\":{]}",
                "\ufeff{}",
                "{\u00a0}",
                "2026-11-22 DEBUG {\"type\":\"x\"}",
                "{\"a\":1}\u0000",
                "{\"a\":/**/1}"
            })
    @DisplayName("X2 what is not one JSON object is recognised")
    void refusesWhatIsNoObject(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        assertEquals(Optional.empty(), scanner.scan(Content.of(bytes)));
        assertEquals(Optional.empty(), scanner.scan(new CrumbContent(bytes, 1)));
    }

    @Test
    void depthUpToTheLimit() {
        assertTrue(scanner.scan(Content.of(nested(JsonWalker.MAX_DEPTH))).isPresent());
        assertFalse(scanner.scan(Content.of(nested(JsonWalker.MAX_DEPTH + 1))).isPresent());
    }

    @Test
    @DisplayName("X2 malformed UTF-8 inside a string is let pass and reported")
    void malformedUtf8() {
        for (String bad : new String[] {
            "\u00ff",
            "\u00c3",
            "\u00e2\u0082",
            "\u00ed\u00a0\u0080",
            "\u00c0\u00af",
            "\u00f4\u0090\u0080\u0080",
            "\u0080",
            "\u00f0\u008f\u00bf\u00bf"
        }) {
            byte[] bytes = ("{\"a\":\"" + bad + "\",\"type\":\"" + bad + "x\"}").getBytes(ISO_8859_1);
            AgentLine line = scanner.scan(Content.of(bytes)).orElseThrow();
            assertFalse(line.wellFormed(), bad);
            assertTrue(line.text("type").orElseThrow().matches("\ufffd+x"), bad);
            byte[] outside = ("{" + bad + "\"type\":1}").getBytes(ISO_8859_1);
            assertEquals(Optional.empty(), scanner.scan(Content.of(outside)), bad);
        }
        assertTrue(scan("{\"type\":\"é漢😀\ud7ff\ue000\"}").wellFormed());
    }

    @Test
    @DisplayName("X2 agrees with Jackson on 20,000 random objects, whole, in crumbs and damaged")
    void agreesWithJackson() {
        Random random = new Random(4711);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = RandomJson.object(random).getBytes(UTF_8);
            compare(bytes, 1 + random.nextInt(9));
            for (int damage = 0; damage < 3 && bytes.length > 0; damage++) {
                compare(damaged(bytes, random), 1 + random.nextInt(9));
            }
        }
    }

    @Test
    @DisplayName("X2 a line of 64 MB is read in pieces")
    void longLine(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("line");
        byte[] chunk = "0123456789abcdé ".repeat(4096).getBytes(UTF_8);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("xx{\"text\":\"".getBytes(UTF_8));
            for (int i = 0; i < (64 << 20) / chunk.length + 1; i++) {
                out.write(chunk);
            }
            out.write("\",\"type\":\"assistant\"}\n".getBytes(UTF_8));
        }
        Content line = Content.of(file, 2, Files.size(file) - 1);
        assertTrue(line.size() > 64 << 20);
        AgentLine found = scanner.scan(line).orElseThrow();
        assertEquals(Optional.of("assistant"), found.text("type"));
        assertTrue(found.wellFormed());
        assertEquals(Optional.empty(), scanner.scan(Content.of(file, 2, Files.size(file) - 2)));
    }

    private AgentLine scan(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (!Arrays.equals(new String(bytes, UTF_8).getBytes(UTF_8), bytes)) {
            throw new IllegalArgumentException("not UTF-8");
        }
        return scanner.scan(Content.of(bytes)).orElseThrow();
    }

    private static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(3)) {
            case 0 -> damaged[at] = (byte) random.nextInt(256);
            case 1 -> damaged[at] = (byte) "{}[]\",:\\ 0e-".charAt(random.nextInt(12));
            default -> damaged = Arrays.copyOf(bytes, at);
        }
        return damaged;
    }

    private void compare(byte[] bytes, int crumb) {
        String shown = new String(bytes, UTF_8);
        Optional<JsonNode> expected = parsed(shown);
        Optional<AgentLine> whole = scanner.scan(Content.of(bytes));
        assertEquals(expected.isPresent(), whole.isPresent(), shown);
        Optional<AgentLine> crumbs = scanner.scan(new CrumbContent(bytes, crumb));
        assertEquals(expected.isPresent(), crumbs.isPresent(), shown);
        if (expected.isPresent()) {
            compare(expected.get(), whole.get(), shown);
            compare(expected.get(), crumbs.get(), shown);
            assertEquals(
                    Arrays.equals(shown.getBytes(UTF_8), bytes), whole.get().wellFormed(), shown);
        }
    }

    private static void compare(JsonNode expected, AgentLine line, String shown) {
        for (String field : FIELDS) {
            JsonNode value = expected.get(field);
            assertEquals(Optional.ofNullable(value), line.json(field).map(json -> parse(json.toText())), shown);
            assertEquals(Optional.ofNullable(value).map(JsonNode::textValue), line.text(field), shown);
            assertEquals(value != null && value.isBoolean() && value.booleanValue(), line.isTrue(field), shown);
        }
    }

    private static Optional<JsonNode> parsed(String text) {
        try {
            return Optional.ofNullable(JACKSON.readTree(text)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static JsonNode parse(String text) {
        try {
            return JACKSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
