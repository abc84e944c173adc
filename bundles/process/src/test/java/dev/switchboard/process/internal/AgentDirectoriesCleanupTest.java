package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.process.CustodyRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("X4 the cleanup of agents' directories")
class AgentDirectoriesCleanupTest extends CustodyTestBase {
    private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");

    private Path directory(String name, Duration age) throws IOException {
        Path directory = Files.createDirectories(data.resolve("agents").resolve(name));
        Files.writeString(directory.resolve("stdout"), "x");
        Files.setLastModifiedTime(directory, FileTime.from(NOW.minus(age)));
        return directory;
    }

    private CleanupReport cleanUp(boolean dryRun) throws IOException {
        return new AgentDirectoriesCleanup(custodian).run(NOW, dryRun);
    }

    @Test
    @DisplayName("X4 what a release left behind goes when it has rested for an hour, and not in a dry run")
    void removes() throws IOException {
        Path old = directory("abc.released", Duration.ofMinutes(61));
        Path young = directory("def", Duration.ofMinutes(59));
        List<Item> expected = List.of(new Item("agent_directory", old.toString()));
        assertEquals(new CleanupReport(expected, List.of()), cleanUp(true));
        assertTrue(Files.exists(old));
        assertEquals(new CleanupReport(expected, List.of()), cleanUp(false));
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(young));
    }

    @Test
    @DisplayName("X4 agents in custody are not touched, and what cannot be understood is told and left")
    void leaves() throws Exception {
        CustodyRecord agent = script("echo ready; sleep 120");
        tail(agent).awaitLine("ready");
        Path living = data.resolve("agents").resolve(agent.agentId());
        Files.setLastModifiedTime(living, FileTime.from(NOW.minus(Duration.ofDays(2))));
        Path damaged = directory("damaged", Duration.ZERO);
        Files.writeString(damaged.resolve("agent.json"), "{");
        Files.setLastModifiedTime(damaged, FileTime.from(NOW.minus(Duration.ofDays(2))));
        assertEquals(
                new CleanupReport(List.of(), List.of(new Item("damaged_agent_directory", damaged.toString()))),
                cleanUp(false));
        assertTrue(Files.exists(living) && Files.exists(damaged));
        kill(agent);
    }
}
