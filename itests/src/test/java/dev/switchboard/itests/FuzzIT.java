package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.benchmarks.Fuzz;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Messages that no client should send. {@code -Dfuzz.messages} says how many, {@code -Dfuzz.seed} which; the program in
 * {@code benchmarks} does it at length against a server of yours.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@EnabledOnOs(OS.LINUX)
class FuzzIT {
    private static final int MESSAGES = Integer.getInteger("fuzz.messages", 10_000);
    private static final int CONNECTIONS = 50;
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

    @TempDir
    Path directory;

    @Test
    @DisplayName("C2 C4 S2 fuzzed messages are answered as the protocol says, and the server has lost nothing by them")
    void fuzz() throws Exception {
        try (Server server = new Server(directory.resolve("data"))
                .set("LIMITS_REQUESTS_PER_SECOND", "0")
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .start()) {
            assertEquals(List.of(), Fuzz.run(server.dataDir(), MESSAGES, CONNECTIONS, SEED));
        }
    }
}
