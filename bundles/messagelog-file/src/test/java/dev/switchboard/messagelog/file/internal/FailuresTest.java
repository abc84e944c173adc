package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.project.ProjectId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private final ProjectId project = ProjectId.random();
    private final Failures failures = new Failures();

    @Test
    @DisplayName("M5 a failure is news once for each project and operation, and again when it had worked in between")
    void once() {
        assertTrue(failures.begins(project, "append"));
        assertFalse(failures.begins(project, "append"));
        assertTrue(failures.begins(project, "read"));
        assertTrue(failures.begins(ProjectId.random(), "append"));
        failures.worked(project, "append");
        assertTrue(failures.begins(project, "append"));
        assertFalse(failures.begins(project, "read"), "that does not work yet");
    }

    @Test
    @DisplayName("P1 nothing is kept of a project that is gone")
    void forgotten() {
        failures.begins(project, "append");
        failures.begins(project, "read");
        failures.forget(project);
        assertTrue(failures.begins(project, "append"));
        assertTrue(failures.begins(project, "read"));
    }
}
