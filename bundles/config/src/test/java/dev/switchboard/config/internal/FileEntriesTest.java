package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H4 ConfigAdmin is a source of the configuration")
class FileEntriesTest {
    @Test
    void whatOthersAddToAConfigurationIsPassedOver() {
        FileEntries file = read(Map.of(
                "service.pid", "dev.switchboard",
                "service.factoryPid", "x",
                "felix.fileinstall.filename", "file:/etc/switchboard/dev.switchboard.cfg",
                "org.apache.karaf.features.configKey", "dev.switchboard",
                ".hidden", "x",
                "port", "9000"));
        assertEquals(Map.of("port", new Entry("9000", "/etc/switchboard/dev.switchboard.cfg")), file.entries());
        assertTrue(file.problems().isEmpty());
    }

    @Test
    void typedValuesAreTakenAsTheirTexts() {
        FileEntries file = read(Map.of(
                "port",
                9000,
                "log.rotate.daily",
                false,
                "hosts.allowed",
                new String[] {"a", "b"},
                "projects.roots",
                List.of("/a b", "/c"),
                "claude.env",
                new int[] {1, 2}));
        assertEquals("9000", file.entries().get("port").text());
        assertEquals("false", file.entries().get("log.rotate.daily").text());
        assertEquals("a,b", file.entries().get("hosts.allowed").text());
        assertEquals("/a b,/c", file.entries().get("projects.roots").text());
        assertEquals("1,2", file.entries().get("claude.env").text());
    }

    @Test
    void anUnknownKeyIsReportedWithTheNearestOneAndWithoutItsValue() {
        FileEntries file = read(Map.of("auth.tokem", "hunter2"));
        assertEquals(
                List.of(Problem.notice(
                        "\"auth.tokem\" in the configuration dev.switchboard is not known and does nothing;"
                                + " the nearest key is auth.token")),
                file.problems());
    }

    @Test
    void aKeyMakesNoLineOfItsOwn() {
        assertEquals(
                1, read(Map.of("a\nb", "x")).problems().get(0).text().lines().count());
    }

    @Test
    @DisplayName("C5 a secret in the file is not used and not shown, and needs attention")
    void aSecretIsNotTaken() {
        FileEntries file = read(Map.of("auth.token", "hunter2"));
        assertTrue(file.entries().isEmpty());
        Problem problem = file.problems().get(0);
        assertTrue(problem.harmful());
        assertTrue(problem.text().contains("SWITCHBOARD_AUTH_TOKEN"), problem.text());
        assertFalse(problem.text().contains("hunter2"));
    }

    private static FileEntries read(Map<String, ?> properties) {
        return FileEntries.of(new Hashtable<String, Object>(properties));
    }
}
