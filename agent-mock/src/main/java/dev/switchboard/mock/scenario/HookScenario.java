package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.Agent;
import dev.switchboard.mock.turn.Turn;

/** {@code [[hook]]}: a hook for the start of a session reports before the turn's first line. Nothing is run. */
final class HookScenario implements Scenario {

    /** Writes what comes first. */
    static void announce(Agent agent, Directive directive) {
        directive.allow();
        String id = agent.session().ids().uuid();
        agent.output().line(agent.identified(named("hook_started", id)));
        agent.output()
                .line(agent.identified(named("hook_response", id)
                        .put("output", "hooked\n")
                        .put("stdout", "hooked\n")
                        .put("stderr", "")
                        .put("exit_code", 0)
                        .put("outcome", "success")));
    }

    private static JsonObject named(String subtype, String id) {
        return JsonObject.of("type", "system")
                .put("subtype", subtype)
                .put("hook_id", id)
                .put("hook_name", "SessionStart:startup")
                .put("hook_event", "SessionStart");
    }

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow();
        turn.answer("A hook has reported.");
    }
}
