package dev.switchboard.itests;

/** The scenarios with processes that are kept for the next turn. */
class ScenariosIT extends ScenarioContract {
    ScenariosIT() {
        super(true);
    }
}
