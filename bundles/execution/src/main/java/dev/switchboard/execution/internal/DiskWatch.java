package dev.switchboard.execution.internal;

import dev.switchboard.error.SwitchboardException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops runs while the reserve of the disk is still there to record how they ended in: an agent that writes on would fill the disk,
 * and then nobody could tell any more what became of it. Called again and again, one call at a time.
 */
final class DiskWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    private final Admission admission;
    private final Roster roster;
    private boolean low;

    DiskWatch(Admission admission, Roster roster) {
        this.admission = admission;
        this.roster = roster;
    }

    /** Whether there is a run that would have to be stopped. */
    boolean isNeeded() {
        return admission.hasRuns();
    }

    /**
     * Looks at the disk, and stops all runs if it is low or was full meanwhile, however shortly: what an agent could not write then
     * is missing in its output. New ones are refused by {@link Admission}.
     */
    void check() {
        try {
            admission.checkDiskSince();
            low = false;
        } catch (SwitchboardException why) {
            List<ProjectActor> active = roster.all().stream()
                    .filter(actor -> actor.status().execution().isPresent())
                    .toList();
            if (!low && !active.isEmpty()) {
                LOG.error("{}; stopping {} runs", why.getMessage(), active.size());
            }
            low |= !active.isEmpty();
            active.forEach(actor -> actor.execute(() -> actor.run().ifPresent(run -> run.stop(why))));
        }
    }
}
