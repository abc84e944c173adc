package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.nio.file.Path;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionHealthTest {
    @TempDir
    Path data;

    private final TestClock clock = new TestClock("2026-01-31T10:00:00Z");
    private final FaultyFiles files = new FaultyFiles();
    private final ProjectId project = ProjectId.random();

    private FileMessageLogProvider provider(long retainBytes) {
        Settings settings = Stores.settings(data, 1 << 20, 3).with(ServerSettings.LOG_RETAIN_BYTES, retainBytes);
        return Stores.provider(clock, settings, files);
    }

    private static Result.Status status(RetentionHealth health) {
        return health.execute().getStatus();
    }

    @Test
    @DisplayName("M4 H1 health tells how long messages are kept, and what was removed")
    void tells() {
        FileMessageLogProvider provider = provider(1);
        RetentionHealth health = new RetentionHealth(provider);
        try (JsonlMessageLog log = (JsonlMessageLog) provider.open()) {
            for (int segment = 0; segment < 3; segment++) {
                log.append(project, Records.lines(3 * segment + 1, 3 * segment + 3));
            }
            assertEquals(0L, health.figures().get("segments_removed"), "the first have their minute left");
            clock.advance(Retention.GRACE);
            log.sweep();
            assertEquals(Result.Status.OK, status(health));
            assertEquals(0, health.figures().get("retain_days"));
            assertEquals(1L, health.figures().get("retain_bytes"));
            assertEquals(2L, health.figures().get("segments_removed"));
            assertTrue((long) health.figures().get("removed_bytes") > 6 * 100);
        }
    }

    @Test
    @DisplayName("M4 H1 what cannot be deleted is a warning until it is, or until its project is deleted")
    void warns() {
        FileMessageLogProvider provider = provider(1);
        RetentionHealth health = new RetentionHealth(provider);
        ProjectId other = ProjectId.random();
        try (JsonlMessageLog log = (JsonlMessageLog) provider.open()) {
            for (ProjectId id : new ProjectId[] {project, other}) {
                log.append(id, Records.lines(1, 3));
                log.append(id, Records.lines(4, 6));
            }
            assertEquals(Result.Status.OK, status(health));
            clock.advance(Retention.GRACE);
            files.fail("Operation not permitted", FaultyFiles.Operation.DELETE);
            log.sweep();
            assertEquals(Result.Status.WARN, status(health));
            String message = health.execute().iterator().next().getMessage();
            assertTrue(message.contains("segments of 2 logs"), message);
            files.heal();
            log.delete(other);
            assertEquals(Result.Status.WARN, status(health));
            log.sweep();
            assertEquals(Result.Status.OK, status(health));
        }
    }
}
