package dev.switchboard.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static JsonNode read(String json) throws JsonProcessingException {
        return Json.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(byte[] message) {
        assertThrows(JsonProcessingException.class, () -> Json.read(message));
        SwitchboardException e = assertThrows(SwitchboardException.class, () -> InboundFrame.parse(message));
        assertEquals(ErrorCode.INVALID_MESSAGE, e.code());
    }

    @Test
    @DisplayName("H3 what is no JSON is not quoted, for it may be a prompt or a secret")
    void quotesNothing() {
        JsonProcessingException e = assertThrows(JsonProcessingException.class, () -> read("{\"token\":\n hunter2}"));
        assertEquals("not one JSON value at line 2, column 2", e.getOriginalMessage());
        StringWriter all = new StringWriter();
        e.printStackTrace(new PrintWriter(all));
        assertFalse(all.toString().contains("hunter2"), all.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e99999999999999999999", "-1e99999999999999999999", "1e-99999999999999999999", "1E2147483648"})
    @DisplayName("D3 a number with an exponent that has no room is refused, not dropped")
    void refusesImpossibleNumbers(String number) {
        refused(("{\"type\":\"ping\",\"data\":{\"a\":" + number + "}}").getBytes(StandardCharsets.UTF_8));
        refused(("{\"type\":\"ping\",\"request_id\":" + number + "}").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("D3 the largest exponent is the same on every JDK")
    void keepsTheLargestExponent() throws JsonProcessingException {
        assertEquals("1E+2147483647", Json.text(read("1E2147483647")));
    }

    @Test
    @DisplayName("D3 a number of many digits is refused, one of a thousand is kept")
    void boundsDigits() throws JsonProcessingException {
        refused(("{\"a\":" + "1".repeat(1001) + "}").getBytes(StandardCharsets.UTF_8));
        String digits = "1".repeat(1000);
        assertEquals(digits, Json.text(read(digits)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
    @DisplayName("D3 only UTF-8 is JSON, whatever a library would guess")
    void refusesOtherEncodings(String name) {
        Charset charset = Charset.forName(name);
        refused("{\"type\":\"ping\"}".getBytes(charset));
        refused(" {}".getBytes(charset));
        refused("7".getBytes(charset));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    @DisplayName("D3 a byte order mark is no JSON")
    void refusesByteOrderMarks(String charset) {
        refused("\ufeff{\"type\":\"ping\"}".getBytes(Charset.forName(charset)));
        refused("\ufeff".getBytes(Charset.forName(charset)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1E+3", "0.10", "1E+999999999", "12345678901234567890.12345678901234567890"})
    @DisplayName("D3 numbers are written as they were read, and never as a million digits")
    void keepsNumbers(String number) throws JsonProcessingException {
        assertEquals(number, Json.text(read(number)));
        assertFalse(read(number).canConvertToExactIntegral());
        assertEquals(read(number), read(number));
    }
}
