package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("H4 the environment is a source of the configuration")
class EnvironmentTest {
    @Test
    void aVariableSetsItsKey() {
        Environment environment = Environment.of(Map.of("SWITCHBOARD_LIMITS_CONNECTIONS", "7", "PATH", "/bin"));
        assertEquals(
                Map.of("limits.connections", new Entry("7", "SWITCHBOARD_LIMITS_CONNECTIONS")), environment.entries());
        assertTrue(environment.problems().isEmpty());
        assertTrue(environment.failures().isEmpty());
    }

    @Test
    void anEmptyVariableCountsAsNotSet() {
        Environment environment = Environment.of(
                Map.of("SWITCHBOARD_PORT", "", "SWITCHBOARD_AUTH_TOKEN_FILE", " ", "SWITCHBOARD_NONSENSE", ""));
        assertTrue(environment.entries().isEmpty());
        assertTrue(environment.problems().isEmpty());
        assertTrue(environment.failures().isEmpty());
    }

    @Test
    void anUnknownVariableIsReportedWithTheNearestOne() {
        Environment environment = Environment.of(Map.of("SWITCHBOARD_PROT", "1", "SWITCHBOARD_PORT_FILE", "/x"));
        assertEquals(2, environment.problems().size());
        assertEquals(
                Problem.notice("the environment variable SWITCHBOARD_PROT is not known and does nothing;"
                        + " the nearest one is SWITCHBOARD_PORT"),
                environment.problems().get(1));
        assertTrue(environment.problems().get(0).text().contains("SWITCHBOARD_PORT_FILE"), "only secrets have files");
    }

    @Test
    void othersVariablesAreLeftToThem() {
        Map<String, String> variables = Map.of(
                "SWITCHBOARD_ETC",
                "/etc",
                "SWITCHBOARD_FEATURES",
                "switchboard-store-postgresql",
                "SWITCHBOARD_HEALTH_URL",
                "https://localhost:8443",
                "SWITCHBOARD_JAVA_OPTS",
                "-Xmx1g",
                "SWITCHBOARD_DEMO",
                "true",
                "SWITCHBOARD_HOME",
                "/opt",
                "SWITCHBOARD_RUN",
                "a:b",
                "SWITCHBOARD_MOCK_VERSION",
                "1");
        assertEquals(new Environment(Map.of(), List.of(), List.of()), Environment.of(variables));
    }

    @Test
    void aSecretComesFromAVariableOrFromAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "  hunter2\n");
        Environment fromFile = Environment.of(Map.of("SWITCHBOARD_AUTH_TOKEN_FILE", file.toString()));
        assertEquals("hunter2", fromFile.entries().get("auth.token").text());
        assertEquals(Set.of(), Set.copyOf(fromFile.failures()));
        Environment direct = Environment.of(Map.of("SWITCHBOARD_AUTH_TOKEN", "hunter2"));
        assertEquals("hunter2", direct.entries().get("auth.token").text());
        assertFalse(direct.toString().contains("hunter2"), "it is not shown");
    }

    @Test
    void aSecretInTwoPlacesIsAFailure(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "hunter2");
        Environment environment = Environment.of(
                Map.of("SWITCHBOARD_AUTH_TOKEN", "hunter3", "SWITCHBOARD_AUTH_TOKEN_FILE", file.toString()));
        assertEquals(
                List.of("SWITCHBOARD_AUTH_TOKEN and SWITCHBOARD_AUTH_TOKEN_FILE are both set: only one of them may be"),
                environment.failures());
    }

    @Test
    void aSecretsFileMustBeReadableAndHoldSomething(@TempDir Path directory) throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        for (Path file : List.of(directory.resolve("missing"), empty, directory)) {
            Environment environment = Environment.of(Map.of("SWITCHBOARD_AUTH_TOKEN_FILE", file.toString()));
            assertEquals(1, environment.failures().size(), file.toString());
            assertTrue(environment
                    .failures()
                    .get(0)
                    .startsWith("SWITCHBOARD_AUTH_TOKEN_FILE = \"" + file + "\" is not valid"));
            assertTrue(environment.entries().isEmpty());
        }
    }

    @Test
    void aSecretsFileIsTakenAtItsSizeLimitAndRefusedOnePastIt(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "x".repeat(65_536));
        Map<String, String> variables = Map.of("SWITCHBOARD_AUTH_TOKEN_FILE", file.toString());
        assertEquals(
                65_536,
                Environment.of(variables).entries().get("auth.token").text().length());
        Files.writeString(file, "x".repeat(65_537));
        assertTrue(Environment.of(variables).failures().get(0).endsWith("larger than 65536 bytes"));
    }
}
