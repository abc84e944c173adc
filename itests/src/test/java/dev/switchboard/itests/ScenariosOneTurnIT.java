package dev.switchboard.itests;

import org.junit.jupiter.api.Order;

/** The scenarios with {@code claude.warm.seconds=0}: a process for each turn. */
@Order(1)
class ScenariosOneTurnIT extends ScenarioContract {
    ScenariosOneTurnIT() {
        super(false);
    }
}
