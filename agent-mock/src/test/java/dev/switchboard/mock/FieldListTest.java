package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.mock.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The check of the fields can fail")
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
        FieldList.check(line());
        assertThrows(AssertionError.class, () -> FieldList.check(line().put("more", 1)));
        JsonObject lacking = line();
        lacking.members().remove("state");
        assertThrows(AssertionError.class, () -> FieldList.check(lacking));
        assertThrows(AssertionError.class, () -> FieldList.check(JsonObject.of("type", "from_the_future")));
    }
}
