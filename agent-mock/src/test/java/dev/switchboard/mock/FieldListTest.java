package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.mock.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D5 The check of the fields can fail")
class FieldListTest {

    private static JsonObject line() {
        return JsonObject.of("type", "command_lifecycle")
                .put("command_uuid", "c")
                .put("state", "queued")
                .put("uuid", "u")
                .put("session_id", "s");
    }

    @Test
    void missingUnknownAndForeignAreRefused() {
        FieldList.check(line(), true);
        assertThrows(AssertionError.class, () -> FieldList.check(line(), false), "the older release has no such line");
        assertThrows(AssertionError.class, () -> FieldList.check(line().put("more", 1), true));
        JsonObject lacking = line();
        lacking.members().remove("state");
        assertThrows(AssertionError.class, () -> FieldList.check(lacking, true));
        assertThrows(AssertionError.class, () -> FieldList.check(JsonObject.of("type", "from_the_future"), true));
    }

    @Test
    void whatIsInsideIsCheckedByRelease() {
        FieldList.check(error(new JsonObject().put("error_code", "c")), true);
        FieldList.check(error(new JsonObject()), false);
        assertThrows(AssertionError.class, () -> FieldList.check(error(new JsonObject()), true));
        assertThrows(AssertionError.class, () -> FieldList.check(error(JsonObject.of("error_code", "c")), false));
        assertThrows(AssertionError.class, () -> FieldList.check(user(JsonObject.of("type", "tool_result")), true));
        assertThrows(AssertionError.class, () -> FieldList.check(user(JsonObject.of("type", "new_block")), true));
        FieldList.check(user(JsonObject.of("type", "text").put("text", "x")), true);
    }

    private static JsonObject error(JsonObject more) {
        JsonObject response =
                JsonObject.of("subtype", "error").put("request_id", "r").put("error", "e");
        return JsonObject.of("type", "control_response").put("response", response.putAll(more));
    }

    private static JsonObject user(JsonObject block) {
        JsonObject message = JsonObject.of("role", "user").put("content", List.of(block));
        return JsonObject.of("type", "user")
                .put("message", message)
                .put("parent_tool_use_id", null)
                .put("session_id", "s")
                .put("uuid", "u");
    }
}
