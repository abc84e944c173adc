package dev.switchboard.project.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.Projects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryFailureTest {
    @TempDir
    Path data;

    private final FaultyFiles files = new FaultyFiles();
    private final Project project = Projects.plain(1);
    private final Project created = Projects.plain(2);

    private void assertRefused(ErrorCode code, Runnable change) {
        SwitchboardException refused = assertThrows(SwitchboardException.class, change::run);
        assertEquals(code, refused.code());
        assertFalse(refused.getMessage().contains(data.toString()), refused.getMessage());
    }

    private void assertOnly(ProjectRegistry registry, Project... expected) {
        assertEquals(List.of(expected), registry.list());
        registry.close();
        try (ProjectRegistry again = Stores.provider(data).open()) {
            assertEquals(List.of(expected), again.list());
            assertEquals(List.of(), again.openReport());
        }
    }

    @Test
    @DisplayName("M5 P4 on a full disk nothing changes, and it is said so")
    void full() {
        ProjectRegistry registry = Stores.provider(data, files).open();
        registry.create(project);
        files.fail("No space left on device", operation -> operation.startsWith("write"));
        assertRefused(ErrorCode.DISK_SPACE_LOW, () -> registry.create(created));
        assertRefused(
                ErrorCode.DISK_SPACE_LOW,
                () -> registry.update(project.id(), before -> before.withName(Optional.of("new"))));
        files.heal();
        assertOnly(registry, project);
        assertFalse(Files.exists(Stores.directory(data, created.id())));
    }

    @Test
    @DisplayName("P4 whatever single operation fails, a refused change has changed nothing and an accepted one lasts")
    void anyOperation() {
        for (String operation : List.of("create ", "write ", "rename ", "delete ", "force ")) {
            for (String change : List.of("create", "update", "remove")) {
                Path place = data.resolve(operation.strip() + "-" + change);
                ProjectRegistry registry = Stores.provider(place, files).open();
                registry.create(project);
                boolean[] failed = new boolean[1];
                files.fail("Input/output error", name -> {
                    boolean first = name.startsWith(operation) && !failed[0];
                    failed[0] |= first;
                    return first;
                });
                List<Project> expected = change(registry, change) ? after(change) : List.of(project);
                files.heal();
                assertEquals(expected, registry.list(), operation + change);
                registry.close();
                try (ProjectRegistry again = Stores.provider(place).open()) {
                    assertEquals(expected, again.list(), operation + change);
                }
            }
        }
    }

    @Test
    @DisplayName("P4 a disk that goes in the middle of a change leaves the old state or the new one, whole")
    void diskGoes() {
        for (String change : List.of("create", "update", "remove")) {
            for (int number = 1; number <= 12; number++) {
                Path place = data.resolve(change + number);
                ProjectRegistry registry = Stores.provider(place, files).open();
                registry.create(project);
                files.failFrom(number);
                boolean accepted = change(registry, change);
                files.heal();
                List<Project> seen = accepted ? after(change) : List.of(project);
                assertEquals(seen, registry.list(), change + " without operation " + number);
                registry.close();
                try (ProjectRegistry again = Stores.provider(place).open()) {
                    List<Project> kept = again.list();
                    assertTrue(
                            kept.equals(seen) || !accepted && kept.equals(after(change)),
                            change + " without operation " + number + ": " + kept);
                }
            }
        }
    }

    /** Returns whether the registry took the change. */
    private boolean change(ProjectRegistry registry, String change) {
        try {
            switch (change) {
                case "create" -> registry.create(created);
                case "update" -> registry.update(project.id(), before -> before.withName(Optional.of("new")));
                default -> registry.remove(project.id());
            }
            return true;
        } catch (SwitchboardException e) {
            assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
            return false;
        }
    }

    private List<Project> after(String change) {
        return switch (change) {
            case "create" -> List.of(project, created);
            case "update" -> List.of(project.withName(Optional.of("new")));
            default -> List.of();
        };
    }

    @Test
    @DisplayName("P4 an interrupted thread changes projects as any other, and stays interrupted")
    void interrupted() {
        ProjectRegistry registry = Stores.provider(data).open();
        Thread.currentThread().interrupt();
        registry.create(project);
        registry.create(created);
        registry.remove(created.id());
        assertTrue(Thread.interrupted());
        assertOnly(registry, project);
    }
}
