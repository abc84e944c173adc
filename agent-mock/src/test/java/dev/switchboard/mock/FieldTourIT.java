package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.mock.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("D5 Every kind of line in the list of fields is written, with these fields, by both releases")
class FieldTourIT extends MockTestBase {

    private static final String UUID = "7d4f4d84-5f3b-4a5e-9d7c-0f7b5d0a000";

    private final Set<String> seen = new TreeSet<>();

    /** Reading is what checks the fields; here it is only noted which kinds came. */
    private void note(MockProcess process) {
        process.seen().forEach(line -> seen.add(FieldList.entry(line)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.1.330", "2.1.197"})
    void allKinds(String version) {
        environment.put("SWITCHBOARD_MOCK_VERSION", version);
        environment.put("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS", "1");
        talk();
        errors();
        alone("[[ask]]");
        alone("[[tools 2]]", "--max-turns", "1");
        alone("[[tools 5]]", "--max-budget-usd", "0.001");
        alone("[[structured]]", "--json-schema", "{}");
        alone("hello", "--resume", UUID + "0");
        assertEquals(FieldList.kinds(!version.startsWith("2.1.1")), seen);
    }

    private void alone(String prompt, String... options) {
        MockProcess process = runPrompt(prompt, options);
        process.rest();
        note(process);
    }

    private void talk() {
        MockProcess process =
                stream("--include-partial-messages", "--permission-prompt-tool", "stdio", "--replay-user-messages");
        JsonObject hook = JsonObject.of("hookCallbackIds", List.of("h"));
        process.control(
                "1", JsonObject.of("subtype", "initialize").put("hooks", JsonObject.of("PreToolUse", List.of(hook))));
        process.control("2", "frobnicate");
        process.control("3", JsonObject.of("subtype", "set_permission_mode").put("mode", "default"));
        process.say(UUID + "1", "[[think]] [[flood lines=1]] [[subagent for=20ms]] [[background for=20ms]]");
        process.awaitResult();
        process.awaitResult();
        process.awaitResult();
        process.say(UUID + "2", "[[ask]]");
        process.answer(process.await("control_request/hook_callback"), new JsonObject());
        process.await("control_request/can_use_tool");
        process.control("4", "interrupt");
        process.awaitResult();
        process.say(UUID + "3", "/clear");
        process.awaitResult();
        process.closeStdin();
        process.rest();
        note(process);
    }

    private void errors() {
        MockProcess process = stream("--fallback-model", "haiku");
        process.say("[[hook]] [[refusal]]");
        process.awaitResult();
        process.say("[[overloaded]] [[rate-limit rejected]]");
        process.awaitResult();
        process.say("[[api-error status=network retries=1]]");
        process.awaitResult();
        process.closeStdin();
        process.rest();
        note(process);
    }
}
