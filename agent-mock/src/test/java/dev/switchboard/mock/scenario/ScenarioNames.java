package dev.switchboard.mock.scenario;

import java.util.List;

/** Lets tests of other packages see which directives there are. */
public final class ScenarioNames {

    private ScenarioNames() {}

    public static List<String> all() {
        return List.of(ScenarioRegistry.NAMES.split(", "));
    }
}
