package dev.switchboard.process.internal;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.cleanup.CleanupTask;
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
 * Removes agents' directories that are in nobody's custody, as the sweep at the start does: of releases that failed since then.
 * Those that cannot be understood are left.
 */
@Component
public final class AgentDirectoriesCleanup implements CleanupTask {
    /** Longer than any launch or release takes. */
    private static final Duration SETTLED = Duration.ofHours(1);

    private final DetachedProcessCustodian custodian;

    @Activate
    public AgentDirectoriesCleanup(@Reference DetachedProcessCustodian custodian) {
        this.custodian = custodian;
    }

    @Override
    public String name() {
        return "agent_directories";
    }

    @Override
    public CleanupReport run(Instant now, boolean dryRun) throws IOException {
        List<Item> removed = new ArrayList<>();
        for (Path stray : custodian.shelf().strays()) {
            if (isSettled(stray, now)) {
                if (!dryRun) {
                    PrivateFiles.delete(stray);
                }
                removed.add(new Item("agent_directory", stray.toString()));
            }
        }
        List<Item> left = custodian.shelf().damaged().stream()
                .map(path -> new Item("damaged_agent_directory", path.toString()))
                .toList();
        return new CleanupReport(removed, left);
    }

    private static boolean isSettled(Path directory, Instant now) throws IOException {
        try {
            return Files.getLastModifiedTime(directory).toInstant().isBefore(now.minus(SETTLED));
        } catch (NoSuchFileException e) {
            return false; // a release that has just finished
        }
    }
}
