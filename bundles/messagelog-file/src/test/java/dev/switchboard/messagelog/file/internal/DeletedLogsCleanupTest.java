package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.message.MessageLog;
import dev.switchboard.messagelog.file.internal.FaultyFiles.Operation;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("P1 the cleanup of deleted projects' logs")
class DeletedLogsCleanupTest {
    private static final CleanupReport NOTHING = new CleanupReport(List.of(), List.of());

    @TempDir
    private Path data;

    private final FaultyFiles files = new FaultyFiles();
    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");
    private final ProjectId project = ProjectId.random();

    private CleanupReport cleanUp(FileMessageLogProvider provider, boolean dryRun) throws IOException {
        return new DeletedLogsCleanup(provider).run(clock.instant(), dryRun);
    }

    @Test
    @DisplayName("P1 what could not be deleted goes with the next cleanup, and is a failure as long as it cannot")
    void triesAgain() throws IOException {
        FileMessageLogProvider provider = Stores.provider(clock, Stores.settings(data), files);
        assertEquals(NOTHING, cleanUp(provider, false), "no log is open");
        try (MessageLog log = provider.open()) {
            log.append(project, Records.lines(1, 3));
            files.fail("Input/output error", Operation.DELETE);
            log.delete(project);
            Path tombstones = data.resolve("projects/.deleted");
            Path left = tombstones.toFile().listFiles()[0].toPath();
            assertThrows(IOException.class, () -> cleanUp(provider, false));
            files.heal();
            CleanupReport expected = CleanupReport.removed("deleted_log", List.of(left.toString()));
            assertEquals(expected, cleanUp(provider, true));
            assertEquals(1, tombstones.toFile().list().length, "a dry run");
            assertEquals(expected, cleanUp(provider, false));
            assertEquals(0, tombstones.toFile().list().length);
            assertEquals(false, Files.exists(data.resolve("projects/" + project)));
            Path strange = Files.createFile(tombstones.resolve("mine"));
            assertEquals(
                    new CleanupReport(List.of(), List.of(new Item("unknown_among_deleted", strange.toString()))),
                    cleanUp(provider, false));
        }
        assertEquals(NOTHING, cleanUp(provider, false), "it is closed");
    }
}
