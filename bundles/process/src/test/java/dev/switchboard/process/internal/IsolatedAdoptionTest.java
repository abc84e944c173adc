package dev.switchboard.process.internal;

import dev.switchboard.config.ServerSettings.Isolation;
import org.junit.jupiter.api.condition.EnabledIf;

/** All of {@link AdoptionTest}, with each agent in a PID namespace. */
@EnabledIf("dev.switchboard.process.internal.Machine#isolates")
class IsolatedAdoptionTest extends AdoptionTest {
    @Override
    Isolation isolation() {
        return Isolation.ON;
    }
}
