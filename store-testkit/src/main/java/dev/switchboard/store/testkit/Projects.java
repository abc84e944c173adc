package dev.switchboard.store.testkit;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.project.Project;
import dev.switchboard.project.Project.LastError;
import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Projects for tests. */
public final class Projects {
    /** When the first of them was created. */
    public static final Instant START = Instant.parse("2026-01-31T10:15:30.123456789Z");

    private Projects() {}

    /** One with what every project has. Each call gives another id. */
    public static Project plain(int number) {
        return new Project(
                ProjectId.random(),
                "/srv/" + number,
                Path.of("/srv/" + number),
                Optional.empty(),
                "claude",
                Optional.empty(),
                START.plusSeconds(number),
                START.plusSeconds(number),
                Optional.empty(),
                Map.of());
    }

    /** One with everything that a project can have, and characters that are easily got wrong. */
    public static Project full() {
        return new Project(
                ProjectId.random(),
                "/srv/link \"é\uD83D\uDE00\" \\",
                Path.of("/srv/real \"é\" \\"),
                Optional.of("A name\nof two lines"),
                "claude",
                Optional.of("session-1"),
                START,
                START.plusNanos(1),
                Optional.of(new LastError(ErrorCode.EXECUTION_FAILED, "It failed, \"badly\".", START)),
                Map.of("", "empty name", "b", "", "a.b", "é\n"));
    }
}
