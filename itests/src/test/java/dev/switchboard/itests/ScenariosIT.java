package dev.switchboard.itests;

import org.junit.jupiter.api.Order;

/** The scenarios with processes that are kept for the next turn. */
@Order(1)
class ScenariosIT extends ScenarioContract {
    ScenariosIT() {
        super(true);
    }
}
