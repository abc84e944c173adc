package dev.switchboard.project.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.Projects;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a JVM that changes a project as fast as it can, and creates and removes another, again and again. */
class RegistryCrashTest {
    private static final int ROUNDS = 10;

    @TempDir
    Path data;

    private final Random random = new Random(1);

    /** The child: counts an attribute up and tells its value after each change. */
    public static void main(String[] arguments) {
        PrintStream out = System.out;
        ProjectRegistry registry = Stores.provider(Path.of(arguments[0])).open();
        Project counted = registry.list().get(0);
        while (true) {
            Project now =
                    registry.update(counted.id(), RegistryCrashTest::countUp).orElseThrow();
            out.println(now.attributes().get("count"));
            out.flush();
            Project passing = Projects.plain(9);
            registry.create(passing);
            registry.remove(passing.id());
        }
    }

    private static Project countUp(Project project) {
        return project.withAttribute("count", Optional.of(Integer.toString(count(project) + 1)));
    }

    private static int count(Project project) {
        return Integer.parseInt(project.attributes().getOrDefault("count", "0"));
    }

    @Test
    @DisplayName("P4 killed at random 10 times: each acknowledged change is there, each project is whole")
    void killed() throws IOException, InterruptedException {
        Project counted = Projects.full();
        try (ProjectRegistry registry = Stores.provider(data).open()) {
            registry.create(counted);
        }
        for (int round = 0; round < ROUNDS; round++) {
            int acknowledged = runAndKill();
            try (ProjectRegistry registry = Stores.provider(data).open()) {
                int kept = count(registry.find(counted.id()).orElseThrow());
                assertTrue(kept == acknowledged || kept == acknowledged + 1, acknowledged + " became " + kept);
                registry.list().stream().skip(1).forEach(passing -> registry.remove(passing.id()));
                assertEquals(1, registry.list().size());
            }
        }
    }

    private int runAndKill() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RegistryCrashTest.class.getName(),
                        data.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader told =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            int kill = 1 + random.nextInt(20);
            int last = 0;
            for (int lines = 0; ; lines++) {
                if (lines == kill) {
                    child.toHandle().destroyForcibly(); // the process would close the pipe that is still read
                }
                String line = told.readLine();
                if (line == null) {
                    return last;
                }
                last = Integer.parseInt(line.strip());
            }
        } finally {
            child.destroyForcibly();
            assertTrue(child.waitFor(10, TimeUnit.SECONDS));
        }
    }
}
