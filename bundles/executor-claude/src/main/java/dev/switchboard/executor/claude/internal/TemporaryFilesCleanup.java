package dev.switchboard.executor.claude.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupTask;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessCustodian;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Removes the temporary files of CLIs that are not in custody any more: those that an earlier server started and that have ended
 * since. While there is no custody nobody knows which those are, and nothing is removed.
 */
@Component
public final class TemporaryFilesCleanup implements CleanupTask {
    /** Longer than a launch takes, at whose end the agent is in custody. */
    private static final Duration SETTLED = Duration.ofHours(1);

    private final ProcessCustodian custodian;
    private final TemporaryDirectories directories;

    @Activate
    public TemporaryFilesCleanup(@Reference Configuration configuration, @Reference ProcessCustodian custodian) {
        this(
                custodian,
                TemporaryDirectories.of(
                        System.getenv(), configuration.settings().get(ServerSettings.DATA_DIR)));
    }

    TemporaryFilesCleanup(ProcessCustodian custodian, TemporaryDirectories directories) {
        this.custodian = custodian;
        this.directories = directories;
    }

    @Override
    public String name() {
        return "agent_temporary_files";
    }

    @Override
    public CleanupReport run(Instant now, boolean dryRun) throws IOException {
        List<Path> all = directories.all();
        List<CustodyRecord> custody =
                custodian.records(); // asked after the directories: who has one is in it, or is new
        List<String> removed = new ArrayList<>();
        for (Path directory : all) {
            boolean needed = custody.stream().anyMatch(agent -> directories.isOf(directory, agent.agentId()));
            if (!needed && isSettled(directory, now)) {
                if (!dryRun) {
                    TemporaryDirectories.delete(directory);
                }
                removed.add(directory.toString());
            }
        }
        return CleanupReport.removed("agent_temporary_directory", removed);
    }

    private static boolean isSettled(Path directory, Instant now) throws IOException {
        try {
            return Files.getLastModifiedTime(directory).toInstant().isBefore(now.minus(SETTLED));
        } catch (NoSuchFileException e) {
            return false; // its agent was released meanwhile
        }
    }
}
