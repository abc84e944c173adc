package dev.switchboard.project.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("P4 the cleanup of projects' directories")
class ProjectDirectoriesCleanupTest {
    private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path data;

    private static Path age(Path directory, Duration age) throws IOException {
        return Files.setLastModifiedTime(directory, FileTime.from(NOW.minus(age)));
    }

    private Path project(String... files) throws IOException {
        Path directory = Files.createDirectories(
                data.resolve("projects").resolve(ProjectId.random().toString()));
        for (String file : files) {
            Files.writeString(directory.resolve(file), "{}");
        }
        return age(directory, HOUR.plusSeconds(1));
    }

    private CleanupReport cleanUp(boolean dryRun) throws IOException {
        return new ProjectDirectoriesCleanup(data).run(NOW, dryRun);
    }

    @Test
    void nothingIsDoneWhereThereIsNothing() throws IOException {
        assertEquals(new CleanupReport(List.of(), List.of()), cleanUp(false));
    }

    @Test
    void anEmptyDirectoryGoesWhenItHasRestedForAnHour() throws IOException {
        Path empty = project();
        Path young = age(project(), HOUR);
        Path strange = age(Files.createDirectories(data.resolve("projects/mine")), HOUR.multipliedBy(99));
        CleanupReport expected = CleanupReport.removed("project_directory", List.of(empty.toString()));
        assertEquals(expected, cleanUp(true));
        assertTrue(Files.exists(empty), "a dry run");
        assertEquals(expected, cleanUp(false));
        assertTrue(Files.notExists(empty) && Files.exists(young) && Files.exists(strange));
    }

    @Test
    void aProjectsOwnDirectoryIsNoneOfItsBusinessEvenIfOnlyTheCopyIsLeft() throws IOException {
        project("metadata.json");
        project("metadata.json.bak");
        assertEquals(new CleanupReport(List.of(), List.of()), cleanUp(false));
    }

    @Test
    @DisplayName("P4 what no project has is told and never deleted")
    void recordsWithoutAProjectAreLeft() throws IOException {
        Path orphan = project("messages_20260131T101530Z_1.jsonl");
        assertEquals(
                new CleanupReport(List.of(), List.of(new Item("project_without_metadata", orphan.toString()))),
                cleanUp(false));
        assertTrue(Files.exists(orphan));
    }

    @Test
    @DisplayName("P4 what has been in quarantine for a week is told and never deleted")
    void quarantineIsLeft() throws IOException {
        Path quarantine = data.resolve("quarantine");
        Path old = age(
                Files.createDirectories(quarantine.resolve("old")),
                Duration.ofDays(7).plusSeconds(1));
        Path young = age(Files.createDirectories(quarantine.resolve("young")), Duration.ofDays(7));
        assertEquals(new CleanupReport(List.of(), List.of(new Item("quarantined", old.toString()))), cleanUp(false));
        assertEquals(
                Set.of(old, young),
                Set.of(quarantine.toFile().listFiles()).stream()
                        .map(java.io.File::toPath)
                        .collect(java.util.stream.Collectors.toSet()));
    }
}
