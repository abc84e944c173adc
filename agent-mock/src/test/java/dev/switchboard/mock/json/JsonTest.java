package dev.switchboard.mock.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("D5 The JSON reader and writer")
class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "\"\"",
                "0",
                "-0.5e+10",
                "12345678901234567890.10",
                "{\"b\":1,\"a\":[{},[],\"x\"]}",
                "\"q\\\"b\\\\t\\tn\\nr\\r\"",
                "\"é€\ud83d\ude00\"",
                "\"\\u0000\\u001f\\u0085\\u2028\\u2029\\u007f\"",
                "\"\\ud800x\""
            })
    void whatIsReadIsWrittenBackTheSame(String json) {
        assertEquals(json, JsonWriter.toString(JsonReader.read(json)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{]",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "'x'",
                "\"x",
                "\"\\x\"",
                "\"\\u12\"",
                "01",
                "1.",
                ".5",
                "-",
                "+1",
                "1e",
                "1.e5",
                "tru",
                "nul",
                "NaN",
                "{} {}",
                "[1] x",
                "\"a\nb\"",
                "\"\u0001\""
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThrows(JsonSyntaxException.class, () -> JsonReader.read(text));
    }

    @Test
    void blanksAroundValuesAreSkipped() {
        assertEquals("{\"a\":[1,2]}", JsonWriter.toString(JsonReader.read(" {\t\"a\" :\r\n[ 1 , 2 ] } ")));
    }

    @Test
    void nestingIsLimited() {
        JsonReader.read("[".repeat(200) + "]".repeat(200));
        assertThrows(JsonSyntaxException.class, () -> JsonReader.read("[".repeat(201) + "]".repeat(201)));
    }

    @Test
    void onlyTheGivenPartOfTheBytesIsRead() {
        byte[] bytes = "xx{\"a\":1}yy".getBytes(StandardCharsets.UTF_8);
        assertEquals("{\"a\":1}", JsonReader.read(bytes, 2, 9).toString());
        assertEquals(9, JsonReader.endOfValue(bytes, 2));
    }

    @Test
    void everyCharacterSurvivesInAscii() {
        char[] all = new char[65_536];
        for (int i = 0; i < all.length; i++) {
            all[i] = (char) i;
        }
        String text = new String(all);
        String literal = JsonWriter.asciiLiteral(text);
        assertEquals(
                -1,
                Arrays.stream(literal.chars().toArray())
                        .filter(c -> c < 0x20 || c > 0x7e)
                        .findFirst()
                        .orElse(-1));
        assertEquals(text, JsonReader.read(literal));
    }

    @Test
    void textsLongerThanTheBufferAreWrittenWhole() {
        String text = "\u20ac\n".repeat(100_000);
        assertEquals(text, JsonReader.read(JsonWriter.toString(text)));
    }
}
