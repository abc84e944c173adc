package dev.switchboard.project.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectStoreProvider;
import dev.switchboard.store.testkit.ProjectRegistryContract;
import dev.switchboard.store.testkit.Projects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what concerns files only. */
class FileProjectRegistryTest extends ProjectRegistryContract {
    @TempDir
    Path data;

    @Override
    protected ProjectStoreProvider provider() {
        return Stores.provider(data);
    }

    @Test
    @DisplayName("P4 the file is JSON with a format number, and its last good copy is the same")
    void file() throws IOException {
        Project project = Projects.full();
        registry.create(project);
        registry.update(project.id(), before -> before.withName(Optional.of("new")));
        Path metadata = Stores.metadata(data, project.id());
        JsonNode json = new ObjectMapper().readTree(metadata.toFile());
        assertEquals(1, json.get("format").asInt());
        assertEquals(project.id().toString(), json.get("id").asText());
        assertEquals(project.path(), json.get("path").asText());
        assertEquals("new", json.get("name").asText());
        assertEquals(-1, Files.mismatch(metadata, Stores.copy(data, project.id())));
    }

    @Test
    @DisplayName("P1 a removed project's directory goes too, unless the message log has something in it")
    void directory() throws IOException {
        Project gone = Projects.plain(1);
        Project shared = Projects.plain(2);
        registry.create(gone);
        registry.create(shared);
        Path log = Files.createDirectory(Stores.directory(data, shared.id()).resolve("log"));
        registry.remove(gone.id());
        registry.remove(shared.id());
        assertFalse(Files.exists(Stores.directory(data, gone.id())));
        assertTrue(Files.exists(log));
        reopen();
        assertEquals(java.util.List.of(), registry.list());
    }

    @Test
    @DisplayName("C5 files are for the server's user only")
    void permissions() throws IOException {
        registry.create(Projects.plain(1));
        try (Stream<Path> tree = Files.walk(data.resolve("projects"))) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                String expected = Files.isDirectory(path) ? "rwx------" : "rw-------";
                assertEquals(
                        expected, PosixFilePermissions.toString(Files.getPosixFilePermissions(path)), path::toString);
            }
        }
    }

    @Test
    @DisplayName("P4 a change that changes nothing is not written")
    void unchanged() throws IOException {
        Project project = Projects.plain(1);
        registry.create(project);
        Path metadata = Stores.metadata(data, project.id());
        Object before = Files.readAttributes(metadata, "unix:ino").get("ino");
        registry.update(project.id(), same -> same.withName(Optional.empty()));
        assertEquals(before, Files.readAttributes(metadata, "unix:ino").get("ino"));
    }

    @Test
    @DisplayName("P4 what would be too large to be read again is not written")
    void tooLarge() throws IOException {
        Project project = Projects.plain(1);
        registry.create(project);
        byte[] before = Files.readAllBytes(Stores.metadata(data, project.id()));
        String most = "x".repeat((int) ProjectFiles.MOST_BYTES - before.length);
        registry.update(project.id(), same -> same.withAttribute("a", Optional.of(most.substring(100))));
        assertThrows(
                SwitchboardException.class,
                () -> registry.update(project.id(), same -> same.withAttribute("a", Optional.of(most))));
        reopen();
        assertEquals(
                most.length() - 100,
                registry.find(project.id()).orElseThrow().attributes().get("a").length());
    }

    @Test
    @DisplayName("S1 deactivating closes a registry that the server left open, and frees its lock")
    void deactivate() {
        registry.close();
        FileProjectStoreProvider provider = Stores.provider(data);
        var open = provider.open();
        provider.deactivate();
        assertThrows(SwitchboardException.class, open::list);
        reopen();
    }

    @Test
    @DisplayName("S1 the descriptor names the store and its one reference")
    void component() throws IOException {
        String name = "/OSGI-INF/dev.switchboard.project.file.internal.FileProjectStoreProvider.xml";
        try (var stream = FileProjectStoreProvider.class.getResourceAsStream(name)) {
            String xml = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(xml.contains("immediate=\"true\""), xml);
            assertTrue(xml.contains("name=\"store.name\" type=\"String\" value=\"file\""), xml);
            assertTrue(xml.contains("interface=\"dev.switchboard.config.Configuration\""), xml);
        }
    }
}
