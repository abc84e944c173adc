package dev.switchboard.itests;

/** The scenarios with {@code claude.warm.seconds=0}: a process for each turn. */
class ScenariosOneTurnIT extends ScenarioContract {
    ScenariosOneTurnIT() {
        super(false);
    }
}
