package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.MessageLog;
import dev.switchboard.messagelog.file.internal.FaultyFiles.Operation;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.nio.file.Path;
import java.util.Map;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterHealthTest {
    @TempDir
    private Path data;

    private final FaultyFiles files = new FaultyFiles();
    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");
    private final ProjectId project = ProjectId.random();
    private final ProjectId other = ProjectId.random();

    private void assertRefused(MessageLog log, ProjectId id) {
        assertThrows(SwitchboardException.class, () -> log.append(id, Records.lines(2, 2)));
    }

    @Test
    @DisplayName("M5 H1 records that cannot be written are critical, until they can be or their project is deleted")
    void tells() {
        FileMessageLogProvider provider = Stores.provider(clock, Stores.settings(data), files);
        WriterHealth health = new WriterHealth(provider);
        assertEquals(Result.Status.OK, health.execute().getStatus(), "that no log is open, another check tells");
        try (MessageLog log = provider.open()) {
            log.append(project, Records.lines(1, 1));
            log.append(other, Records.lines(1, 1));
            assertEquals(Result.Status.OK, health.execute().getStatus());
            files.fail("No space left on device", Operation.WRITE);
            assertRefused(log, project);
            assertRefused(log, project);
            assertRefused(log, other);
            assertEquals(Result.Status.CRITICAL, health.execute().getStatus());
            String message = health.execute().iterator().next().getMessage();
            assertTrue(message.contains("records of 2 projects"), message);
            assertEquals(Map.of("projects_failing", 2, "append_failures", 3L), health.figures());
            files.heal();
            log.append(project, Records.lines(2, 2));
            assertEquals(1, health.figures().get("projects_failing"));
            log.delete(other);
            assertEquals(Result.Status.OK, health.execute().getStatus());
            files.fail("No space left on device", Operation.WRITE);
            assertRefused(log, project);
            files.heal();
        }
        assertEquals(Result.Status.OK, health.execute().getStatus(), "it is closed");
    }
}
