package dev.switchboard.gateway.internal;

import dev.switchboard.project.ProjectId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** A few projects, in a set for each of thousands of sessions: small, quickly read, and copied when it changes. Safe for use by many threads. */
final class ProjectSet {
    private final AtomicReference<Set<ProjectId>> all = new AtomicReference<>(Set.of());

    /** @return whether it was not there before */
    boolean add(ProjectId project) {
        return !all.getAndUpdate(before -> with(before, project)).contains(project);
    }

    private static Set<ProjectId> with(Set<ProjectId> before, ProjectId project) {
        if (before.contains(project)) {
            return before;
        }
        Set<ProjectId> more = new HashSet<>(before);
        more.add(project);
        return Set.copyOf(more);
    }

    void remove(ProjectId project) {
        all.updateAndGet(before -> without(before, project));
    }

    private static Set<ProjectId> without(Set<ProjectId> before, ProjectId project) {
        if (!before.contains(project)) {
            return before;
        }
        Set<ProjectId> fewer = new HashSet<>(before);
        fewer.remove(project);
        return Set.copyOf(fewer);
    }

    boolean contains(ProjectId project) {
        return all.get().contains(project);
    }

    /** What is in it just now; does not change. */
    Set<ProjectId> now() {
        return all.get();
    }
}
