package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;
import org.junit.runner.notification.Failure;

/** Runs the test that runs in the container: here, so that others run beside it. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class HotSwapIT {
    @Test
    @DisplayName("S1 S2 executors are swapped inside the running container, over one connection that stays open")
    void swapsExecutors() {
        Result result = JUnitCore.runClasses(HotSwapInKaraf.class);
        assertEquals(
                List.of(), result.getFailures().stream().map(Failure::getTrace).toList());
        assertEquals(1, result.getRunCount());
    }
}
