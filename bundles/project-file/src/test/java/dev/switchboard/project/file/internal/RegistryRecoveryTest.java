package dev.switchboard.project.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.Projects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryRecoveryTest {
    @TempDir
    Path data;

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

    private List<String> openAndExpect(Project... expected) {
        try (ProjectRegistry registry = Stores.provider(data).open()) {
            assertEquals(List.of(expected), registry.list());
            return registry.openReport();
        }
    }

    private List<Path> quarantined() throws IOException {
        Path quarantine = data.resolve("quarantine");
        if (!Files.exists(quarantine)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(quarantine)) {
            return tree.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    @DisplayName("P4 a flipped bit anywhere in the metadata is noticed, and the project comes back from its copy")
    void flips() throws IOException {
        byte[] good = Files.readAllBytes(metadata);
        for (int position = 0; position < good.length; position += 11) {
            byte[] flipped = good.clone();
            flipped[position] ^= (byte) (1 << position % 8);
            Files.write(metadata, flipped);
            List<String> report = openAndExpect(project, other);
            assertEquals(1, report.size(), "flipped at " + position);
            assertTrue(report.get(0).contains("recovered")
                    && report.get(0).contains(project.id().toString()));
            assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(metadata)));
            assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(copy)));
        }
        assertEquals(List.of(), openAndExpect(project, other));
    }

    @Test
    @DisplayName("P4 metadata that is cut short, empty or missing comes back from its copy; what there was is kept")
    void cut() throws IOException {
        byte[] good = Files.readAllBytes(metadata);
        for (int size : new int[] {good.length - 1, good.length / 2, 1, 0}) {
            Files.write(metadata, Arrays.copyOf(good, size));
            assertEquals(1, openAndExpect(project, other).size());
        }
        assertEquals(8, quarantined().size(), "four files, each with its reason");
        Files.delete(metadata);
        assertEquals(1, openAndExpect(project, other).size());
        assertEquals(8, quarantined().size());
    }

    @Test
    @DisplayName("P4 the metadata of another project is not taken for this one's")
    void foreign() throws IOException {
        Files.copy(Stores.metadata(data, other.id()), metadata, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(1, openAndExpect(project, other).size());
    }

    @Test
    @DisplayName(
            "P4 damaged twice, the project is put into quarantine with a reason; its messages stay, the others come up")
    void quarantine() throws IOException {
        Path log = Files.createDirectory(metadata.resolveSibling("log"));
        Files.writeString(metadata, "{\"format\":1}");
        Files.writeString(copy, "nonsense");
        List<String> report = openAndExpect(other);
        assertEquals(1, report.size());
        assertTrue(report.get(0).contains("quarantine"), report.get(0));
        List<String> kept = quarantined().stream()
                .map(path -> path.getFileName().toString())
                .sorted()
                .toList();
        assertEquals(List.of("metadata.json", "metadata.json.bak", "reason.txt", "reason.txt"), kept);
        assertTrue(Files.exists(log));
        assertFalse(Files.exists(metadata));
        assertEquals(List.of(), openAndExpect(other));
    }

    @Test
    @DisplayName("P4 metadata of a newer format is left alone, and its id stays taken")
    void newer() throws IOException {
        String newer = "{\"format\":2,\"id\":\"?\"}";
        Files.writeString(metadata, newer);
        List<String> report = openAndExpect(other);
        assertEquals(1, report.size());
        assertTrue(report.get(0).contains("format 2"), report.get(0));
        try (ProjectRegistry registry = Stores.provider(data).open()) {
            assertThrows(IllegalArgumentException.class, () -> registry.create(project));
        }
        assertEquals(newer, Files.readString(metadata));
        assertEquals(List.of(), quarantined());
    }

    @Test
    @DisplayName("P4 a damaged or missing copy is made again, without a word")
    void copy() throws IOException {
        Files.writeString(copy, "nonsense");
        assertEquals(List.of(), openAndExpect(project, other));
        assertEquals(-1, Files.mismatch(metadata, copy));
        Files.delete(copy);
        assertEquals(List.of(), openAndExpect(project, other));
        assertEquals(-1, Files.mismatch(metadata, copy));
    }

    @Test
    @DisplayName("P4 what a crash in the middle of a write leaves is swept away; nobody else's directory is touched")
    void leftovers() throws IOException {
        Path temporary = Files.writeString(metadata.resolveSibling("metadata.json.tmp"), "{");
        Path mine = Files.createDirectories(data.resolve("projects").resolve("notes"));
        Path upper = data.resolve("projects").resolve(project.id().toString().toUpperCase(java.util.Locale.ROOT));
        Files.createDirectories(upper);
        assertEquals(List.of(), openAndExpect(project, other));
        assertFalse(Files.exists(temporary));
        assertTrue(Files.exists(mine));
        assertTrue(Files.exists(upper));
    }
}
