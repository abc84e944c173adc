package dev.switchboard.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboundFrameTest {
    private static final String ID = "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001";

    private static InboundFrame parse(String json) {
        return InboundFrame.parse(json.getBytes(StandardCharsets.UTF_8)).envelope();
    }

    @Test
    void readsAnEnvelope() {
        InboundFrame frame = parse("{\"type\":\"execute\",\"project_id\":\"" + ID
                + "\",\"request_id\":\"42\",\"data\":{\"a\":1},\"x\":[]}");
        assertEquals("execute", frame.type());
        assertEquals(ID, frame.projectId().orElseThrow().toString());
        assertEquals("42", frame.requestId().orElseThrow().textValue());
        assertEquals(1, frame.data().get("a").intValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ping\"}",
                "{\"type\":\"ping\",\"data\":null,\"project_id\":null,\"request_id\":null}"
            })
    void takesAbsentAndNullForTheSame(String json) {
        InboundFrame frame = parse(json);
        assertTrue(frame.data().isEmpty());
        assertEquals(Optional.empty(), frame.projectId());
        assertEquals(Optional.empty(), frame.requestId());
    }

    @Test
    void takesTheProjectFromTheData() {
        InboundFrame frame = parse("{\"type\":\"x\",\"data\":{\"project_id\":\"" + ID + "\"}}");
        assertEquals(ID, frame.projectId().orElseThrow().toString());
    }

    @Test
    void refusesProjectIdsThatDiffer() {
        SwitchboardException e = assertThrows(
                SwitchboardException.class,
                () -> parse("{\"type\":\"x\",\"project_id\":\"" + ID + "\",\"data\":{\"project_id\":\"other\"}}"));
        assertEquals(ErrorCode.VALIDATION_FAILED, e.code());
        assertEquals("project_id", e.details().get("field"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"x\"",
                "{}",
                "{\"type\":1}",
                "{\"type\":\"\"}",
                "{\"type\":\"x\"} {}",
                "{\"type\":\"x\",\"data\":[]}",
                "{\"type\":\"x\",\"data\":\"\"}",
                "{\"type\":\"x\",\"request_id\":{}}",
                "{\"type\":\"x\",\"project_id\":7}",
                "{\"type\":\"x\",\"data\":{\"project_id\":7}}",
                "{'type':'x'}",
                "NaN"
            })
    void refusesAnotherShape(String json) {
        SwitchboardException e = assertThrows(SwitchboardException.class, () -> parse(json));
        assertEquals(ErrorCode.INVALID_MESSAGE, e.code());
    }

    @Test
    void boundsTheRequestId() {
        String longest = "x".repeat(InboundFrame.MAX_REQUEST_ID);
        assertEquals(
                longest,
                parse("{\"type\":\"x\",\"request_id\":\"" + longest + "\"}")
                        .requestId()
                        .orElseThrow()
                        .textValue());
        assertThrows(SwitchboardException.class, () -> parse("{\"type\":\"x\",\"request_id\":\"" + longest + "x\"}"));
    }

    @Test
    void keepsTheRequestIdOfABadEnvelope() {
        InboundFrame.Raw raw = InboundFrame.parse("{\"request_id\":7,\"data\":3}".getBytes(StandardCharsets.UTF_8));
        assertEquals(7, raw.requestId().orElseThrow().intValue());
        assertThrows(SwitchboardException.class, raw::envelope);
    }

    @Test
    void bounds_nesting() {
        String deep = "{\"type\":\"x\",\"data\":{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}}";
        assertEquals(
                ErrorCode.INVALID_MESSAGE,
                assertThrows(SwitchboardException.class, () -> parse(deep)).code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"plain\"",
                "\"a\\ud800b\"",
                "\"\\u0000\\u001b[31m\"",
                "\"🇨🇭\"",
                "\"\\ud83d\\ude00\"",
                "[ {\"type\" : \"text\", \"text\":\"x\"} ]",
                "1.50000000000000000000001"
            })
    void givesAFieldExactlyAsItCame(String value) {
        InboundFrame frame =
                parse("{\"data\":{\"other\":{\"prompt\":1},\"prompt\": " + value + " ,\"z\":0},\"type\":\"x\"}");
        assertEquals(value, frame.rawField("prompt").orElseThrow().toText());
    }

    @Test
    void hasNoRawFieldForNullOrAbsent() {
        assertEquals(
                Optional.empty(),
                parse("{\"type\":\"x\",\"data\":{\"prompt\":null}}").rawField("prompt"));
        assertEquals(
                Optional.empty(),
                parse("{\"type\":\"x\",\"prompt\":\"outside\"}").rawField("prompt"));
    }
}
