package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What the host wants to be called back for before a tool is used. Set by the stdin thread, read by the turn thread. */
final class Hooks {

    private record Hook(String matcher, List<?> callbackIds) {}

    private volatile List<Hook> beforeTools = List.of();

    /** Takes over the hooks of an {@code initialize} request; a request without any changes nothing. */
    void take(JsonObject hooks) {
        if (hooks == null) {
            return;
        }
        List<Hook> taken = new ArrayList<>();
        for (Object one : hooks.list("PreToolUse")) {
            if (one instanceof JsonObject hook) {
                taken.add(new Hook(hook.string("matcher"), hook.list("hookCallbackIds")));
            }
        }
        beforeTools = List.copyOf(taken);
    }

    /** The ids to call back before this tool is used. A hook without a matcher is for every tool. */
    List<String> before(String tool) {
        List<String> ids = new ArrayList<>();
        for (Hook hook : beforeTools) {
            if (hook.matcher() == null
                    || hook.matcher().isEmpty()
                    || hook.matcher().equals(tool)) {
                for (Object id : hook.callbackIds()) {
                    ids.add(String.valueOf(id));
                }
            }
        }
        return ids;
    }
}
