package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMessageLogProviderTest {
    @TempDir
    Path data;

    @Test
    @DisplayName("S1 deactivating closes a log that the server left open, and frees its lock")
    void deactivate() {
        ChangingConfiguration configuration = new ChangingConfiguration(Stores.settings(data));
        FileMessageLogProvider provider = new FileMessageLogProvider(
                configuration, Clock.systemUTC(), new DiskFiles(), BootId.present(), Duration.ofMillis(1));
        MessageLog log = provider.open();
        log.append(ProjectId.random(), Records.lines(1, 1));
        assertEquals(1, configuration.listeners());
        provider.deactivate();
        assertEquals(0, configuration.listeners());
        assertThrows(SwitchboardException.class, log::projects);
        Stores.provider(data, Clock.systemUTC(), Stores.settings(data)).open().close();
    }

    @Test
    @DisplayName("S1 a directory that cannot be used is told without naming it, and can be tried again")
    void unusable() throws IOException {
        Path file = Files.writeString(data.resolve("file"), "");
        Path target = file.resolve("data");
        MessageLogProvider provider = Stores.provider(
                target, Clock.systemUTC(), Stores.settings(data).with(ServerSettings.DATA_DIR, target.toString()));
        SwitchboardException refused = assertThrows(SwitchboardException.class, provider::open);
        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, refused.code());
        assertFalse(refused.getMessage().contains(data.toString()), refused.getMessage());
        Files.delete(file);
        provider.open().close();
    }

    @Test
    @DisplayName("S1 the descriptor names the store, its services and its one reference")
    void component() throws IOException {
        String name = "/OSGI-INF/dev.switchboard.messagelog.file.internal.FileMessageLogProvider.xml";
        try (var stream = FileMessageLogProvider.class.getResourceAsStream(name)) {
            String xml = new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertTrue(xml.contains("immediate=\"true\""), xml);
            assertTrue(xml.contains("name=\"store.name\" type=\"String\" value=\"file\""), xml);
            assertTrue(xml.contains("interface=\"dev.switchboard.config.Configuration\""), xml);
            assertTrue(xml.contains("provide interface=\"dev.switchboard.message.MessageLogProvider\""), xml);
            assertTrue(xml.contains("provide interface=\"dev.switchboard.message.LogMaintenance\""), xml);
            assertTrue(xml.contains("provide interface=\"dev.switchboard.metrics.MetricSource\""), xml);
        }
    }
}
