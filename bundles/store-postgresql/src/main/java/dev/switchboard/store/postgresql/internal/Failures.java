package dev.switchboard.store.postgresql.internal;

import dev.switchboard.project.ProjectId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What failed the last time it was tried, so that it is told once until it works again: who cannot write tries ten times a second.
 * Used by many threads.
 */
final class Failures {
    private record Failure(ProjectId project, String what) {}

    private final Set<Failure> present = ConcurrentHashMap.newKeySet();

    /** It has failed; returns whether that is news. */
    boolean begins(ProjectId project, String what) {
        return present.add(new Failure(project, what));
    }

    void worked(ProjectId project, String what) {
        if (!present.isEmpty()) { // as good as always
            present.remove(new Failure(project, what));
        }
    }

    /** The projects with which this failed. */
    Set<ProjectId> of(String what) {
        return present.stream()
                .filter(failure -> failure.what().equals(what))
                .map(Failure::project)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The project is gone. */
    void forget(ProjectId project) {
        present.removeIf(failure -> failure.project().equals(project));
    }
}
