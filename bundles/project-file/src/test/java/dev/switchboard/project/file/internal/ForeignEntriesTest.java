package dev.switchboard.project.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.Projects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others put into the store's directories, and directories that have become read-only. */
class ForeignEntriesTest {
    @TempDir
    Path data;

    private final FaultyFiles files = new FaultyFiles();
    private final Project project = Projects.full();
    private final Project other = Projects.plain(5);
    private Path metadata;
    private Path copy;

    @BeforeEach
    void fill() {
        try (ProjectRegistry registry = Stores.provider(data).open()) {
            registry.create(project);
            registry.create(other);
        }
        metadata = Stores.metadata(data, project.id());
        copy = Stores.copy(data, project.id());
    }

    private static Path directoryWithFile(Path directory) throws IOException {
        Files.createDirectories(directory);
        return Files.writeString(directory.resolve("note"), "mine");
    }

    private List<String> openAndExpect(Project... expected) {
        try (ProjectRegistry registry = Stores.provider(data).open()) {
            assertEquals(List.of(expected), registry.list());
            return registry.openReport();
        }
    }

    @Test
    @DisplayName("P4 foreign entries beside and in the projects' directories are left alone")
    void leavesAlone() throws IOException {
        Path projects = data.resolve("projects");
        Path own = metadata.getParent();
        List<Path> foreign = List.of(
                Files.writeString(projects.resolve(ProjectId.random().toString()), "a file"),
                directoryWithFile(projects.resolve("not-a-project")),
                directoryWithFile(projects.resolve(ProjectId.random().toString())),
                Files.writeString(own.resolve("metadata.json~"), "mine"));
        directoryWithFile(own.resolve("metadata.json.tmp")); // in the way, so it goes into quarantine
        try (ProjectRegistry registry = Stores.provider(data).open()) {
            assertEquals(List.of(project, other), registry.list());
            registry.update(project.id(), before -> before.withName(Optional.of("new")));
        }
        foreign.forEach(path -> assertTrue(Files.exists(path), path::toString));
    }

    @Test
    @DisplayName(
            "P4 a directory where the metadata should be counts as damage: the copy is used, what was there is kept")
    void directoryAsMetadata() throws IOException {
        Files.delete(metadata);
        directoryWithFile(metadata);
        assertEquals(1, openAndExpect(project, other).size());
        assertTrue(Files.isRegularFile(metadata));
        Files.delete(copy);
        directoryWithFile(copy);
        assertEquals(List.of(), openAndExpect(project, other));
    }

    @Test
    @DisplayName("P4 metadata of absurd size is damage, and is not read into memory")
    void absurdSize() throws IOException {
        try (var file = new java.io.RandomAccessFile(metadata.toFile(), "rw")) {
            file.setLength(3L << 30); // sparse
        }
        List<String> report = openAndExpect(project, other);
        assertEquals(1, report.size());
        assertTrue(report.get(0).contains("larger than"), report.get(0));
    }

    @Test
    @DisplayName(
            "P4 a copy of a newer format does not stand in for damaged metadata; both are kept, the others come up")
    void newerCopy() throws IOException {
        Files.writeString(metadata, "nonsense");
        Files.writeString(copy, "{\"format\":2}");
        assertEquals(1, openAndExpect(other).size());
    }

    @Test
    @DisplayName("P4 where no quarantine can be, a damaged project is left where it is and keeps no other from opening")
    void noQuarantine() throws IOException {
        Files.writeString(data.resolve("quarantine"), "a file");
        Files.writeString(metadata, "nonsense");
        Files.writeString(copy, "nonsense");
        assertEquals(1, openAndExpect(other).size());
        assertEquals("nonsense", Files.readString(metadata));
        Files.delete(data.resolve("quarantine"));
        assertEquals(1, openAndExpect(other).size());
        assertTrue(Files.notExists(metadata));
    }

    @Test
    @DisplayName("P4 M5 on a read-only disk the registry opens, also with a damaged project; changes are refused")
    void readOnly() throws IOException {
        Files.writeString(metadata, "nonsense");
        files.fail("Read-only file system", operation -> !operation.equals("create projects"));
        try (ProjectRegistry registry = Stores.provider(data, files).open()) {
            assertEquals(List.of(project, other), registry.list());
            for (Runnable change : List.<Runnable>of(
                    () -> registry.create(Projects.plain(9)),
                    () -> registry.update(other.id(), before -> before.withName(Optional.of("new"))),
                    () -> registry.remove(other.id()))) {
                SwitchboardException e = assertThrows(SwitchboardException.class, change::run);
                assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
            }
            assertEquals(List.of(project, other), registry.list());
        }
        assertEquals(1, openAndExpect(project, other).size());
    }
}
