package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.benchmarks.Soak;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything at once for a while. {@code -Dsoak.seconds} says for how long, {@code -Dsoak.seed} what; the program in {@code benchmarks}
 * does it at length against a server of yours.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@EnabledOnOs(OS.LINUX)
@Order(1)
class SoakIT {
    private static final int SECONDS = Integer.getInteger("soak.seconds", 6);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "C6 S2 X4 agents that write, are killed and run out of time, readers that come, go and nap: nothing is lost, nothing stays")
    void soak() throws Exception {
        try (Server server = new Server(directory.resolve("data"))
                .set("LIMITS_REQUESTS_PER_SECOND", "0")
                .set("LIMITS_CONNECTS_PER_MINUTE_PER_IP", "0")
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .start()) {
            assertEquals(List.of(), Soak.run(server.dataDir(), SECONDS, SEED));
        }
    }
}
