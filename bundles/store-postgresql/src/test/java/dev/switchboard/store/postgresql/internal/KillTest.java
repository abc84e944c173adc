package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.PostgresqlServer;
import dev.switchboard.store.testkit.Projects;
import dev.switchboard.store.testkit.Records;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Kills a JVM that appends and changes a project as fast as it can, and tells what it did, again and again. The system property {@code
 * crash.rounds} tells how often.
 */
class KillTest {
    private static final int ROUNDS = Integer.getInteger("crash.rounds", 3);
    private static final int BATCH = 40;
    private static final ProjectId PROJECT = ProjectId.parse("00000000-0000-4000-8000-000000000001");

    private final String schema = Stores.newSchema();
    private final Random random = new Random(1);

    private static Settings settings(String url, String schema, int round) {
        return Settings.defaults()
                .with(ServerSettings.POSTGRESQL_URL, url)
                .with(ServerSettings.POSTGRESQL_PASSWORD, PostgresqlServer.PASSWORD)
                .with(ServerSettings.POSTGRESQL_SCHEMA, schema)
                .with(ServerSettings.LOG_DURABILITY, Durability.values()[round % Durability.values().length]);
    }

    /** The child: appends batches of 1 to 40 records, counts in a project, and tells of each when it may be shown. */
    public static void main(String[] arguments) {
        int round = Integer.parseInt(arguments[2]);
        Settings settings = settings(arguments[0], arguments[1], round);
        Random random = new Random(round);
        PrintStream out = System.out;
        MessageLog log = Stores.messages(settings).open();
        ProjectRegistry registry = Stores.projects(settings).open();
        Project counted = registry.list().get(0);
        while (true) {
            long next = log.head(PROJECT).lastSeq() + 1;
            for (Message message : log.append(PROJECT, Records.lines(next, next + random.nextInt(BATCH)))) {
                out.println(message.seq() + " " + message.content().toText());
            }
            Project now = registry.update(counted.id(), KillTest::countUp).orElseThrow();
            out.println("count " + count(now));
            out.flush();
        }
    }

    private static Project countUp(Project project) {
        return project.withAttribute("count", Optional.of(Integer.toString(count(project) + 1)));
    }

    private static int count(Project project) {
        return Integer.parseInt(project.attributes().getOrDefault("count", "0"));
    }

    /** What the child told last. */
    private record Shown(long seq, int count) {}

    @Test
    @DisplayName("S3 M2 X8 P4 killed at random: nothing that was shown is missing or doubled, no hole, same epoch")
    void killed() throws IOException, InterruptedException {
        String url = Stores.server().url();
        Set<UUID> epochs = new HashSet<>();
        Shown shown = new Shown(0, 0);
        try (ProjectRegistry registry =
                Stores.projects(settings(url, schema, 0)).open()) {
            registry.create(Projects.full());
        }
        for (int round = 0; round < ROUNDS; round++) {
            shown = runAndKill(url, round, shown);
            Settings settings = settings(url, schema, round);
            // The database may need a moment to notice that its client is gone.
            MessageLog[] log = new MessageLog[1];
            ProjectRegistry[] registry = new ProjectRegistry[1];
            Retrying.whenOpen(() -> log[0] = Stores.messages(settings).open());
            Retrying.whenOpen(() -> registry[0] = Stores.projects(settings).open());
            long kept = log[0].head(PROJECT).lastSeq();
            int count = count(registry[0].list().get(0));
            assertTrue(kept >= shown.seq(), "shown " + shown + ", kept " + kept);
            assertTrue(count == shown.count() || count == shown.count() + 1, "shown " + shown + ", kept " + count);
            Retrying.assertNumbered(log[0], PROJECT, kept);
            epochs.add(log[0].head(PROJECT).epoch());
            shown = new Shown(kept, count);
            log[0].close();
            registry[0].close();
        }
        assertEquals(1, epochs.size());
    }

    private Shown runAndKill(String url, int round, Shown before) throws IOException, InterruptedException {
        Process child = ChildJvm.start(KillTest.class, List.of("-Xmx64m"), url, schema, "" + round);
        try (BufferedReader told =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            int kill = 1 + random.nextInt(2000);
            long seq = before.seq();
            int count = before.count();
            for (int lines = 0; ; lines++) {
                if (lines == kill) {
                    child.toHandle().destroyForcibly(); // the process would close the pipe that is still read
                }
                String line = told.readLine();
                if (line == null || !line.endsWith("}") && !line.startsWith("count ")) {
                    return new Shown(seq, count); // the last line may be cut short
                }
                if (line.endsWith("}")) {
                    seq++;
                    assertEquals(seq + " {\"n\":" + seq + "}", line);
                } else {
                    count++;
                }
            }
        } finally {
            child.destroyForcibly();
            assertTrue(child.waitFor(10, TimeUnit.SECONDS));
        }
    }
}
