package dev.switchboard.process.internal;

import dev.switchboard.config.ServerSettings.Isolation;
import org.junit.jupiter.api.condition.EnabledIf;

/** All of {@link InputTest}, with each agent in a PID namespace. */
@EnabledIf("dev.switchboard.process.internal.Machine#isolates")
class IsolatedInputTest extends InputTest {
    @Override
    Isolation isolation() {
        return Isolation.ON;
    }
}
