package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where nothing can be written. Needs root, and a file system or kernel that takes the tools: left out elsewhere. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReadOnlyIT {
    @TempDir
    Path directory;

    private String place(String name) throws IOException {
        return Files.createDirectories(directory.resolve("places").resolve(name))
                .toString();
    }

    @Test
    @DisplayName(
            "P4 P1 a data directory that turns read-only: no project comes, those that are there run and can be read; "
                    + "and all is well again when it can be written")
    void turnsReadOnly() throws Exception {
        try (Server server = new Server(directory.resolve("data")).start();
                Client client = server.connect()) {
            String project = client.create(place("first"));
            client.join(project);
            Path projects = server.dataDir().resolve("projects");
            assumeTrue(SystemTool.succeeds("chattr", "+i", projects.toString()), "chattr +i does not work here");
            try {
                client.send("project_create", Client.data().put("path", place("second")));
                assertUnavailable(client.next("error"));
                assertRuns(client, project, "hello");
            } finally {
                assertTrue(SystemTool.succeeds("chattr", "-i", projects.toString()));
            }
            client.send("project_list", Client.data());
            assertEquals(1, client.until("project_list").at("/data/total").asInt());
            client.create(place("second"));
            assertRuns(client, project, "and now?");
        }
    }

    private static void assertUnavailable(JsonNode error) {
        assertEquals("STORAGE_UNAVAILABLE", error.at("/data/code").asText(), error.toString());
    }

    private static void assertRuns(Client client, String project, String prompt) throws Exception {
        client.execute(project, prompt);
        List<JsonNode> run = client.run();
        assertEquals("IDLE", Client.stateOf(run.get(run.size() - 1)).orElseThrow());
    }

    @Test
    @DisplayName("H4 P4 on a read-only disk the server does not start, and says why in one line")
    void startsReadOnly() throws Exception {
        try (SmallDisk mounted = SmallDisk.mount(directory.resolve("disk"), "ro,size=1m")) {
            Path disk = mounted.directory();
            Path output = directory.resolve("output");
            ProcessBuilder launcher = new ProcessBuilder(Distribution.launcher().toString(), "run", "--demo")
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .redirectErrorStream(true);
            launcher.environment().keySet().removeIf(name -> name.startsWith("SWITCHBOARD_"));
            launcher.environment().put("SWITCHBOARD_DATA_DIR", disk.toString());
            Process process = launcher.start();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(1, process.exitValue());
            assertEquals(
                    List.of("switchboard: cannot write in the data directory " + disk + "; is it on a read-only disk?"),
                    Files.readAllLines(output));
        }
    }
}
