package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a JVM that appends as fast as it can, again and again. */
class CrashTest {
    private static final int ROUNDS = 10;
    private static final ProjectId PROJECT = ProjectId.parse("00000000-0000-4000-8000-000000000001");

    @TempDir
    Path data;

    private final Random random = new Random(1);

    private static Settings settings(Path data, int round) {
        return Stores.settings(data, 200_000, 777)
                .with(ServerSettings.LOG_DURABILITY, Durability.values()[round % Durability.values().length]);
    }

    /** The child: appends batches of 1 to 40 records, numbered on, and tells the last seq after each append. */
    public static void main(String[] arguments) {
        Path data = Path.of(arguments[0]);
        Random random = new Random(Long.parseLong(arguments[1]));
        PrintStream out = System.out;
        MessageLog log = Stores.provider(data, Clock.systemUTC(), settings(data, Integer.parseInt(arguments[1])))
                .open();
        while (true) {
            long next = log.head(PROJECT).lastSeq() + 1;
            List<Message> kept = log.append(PROJECT, Records.lines(next, next + random.nextInt(40)));
            out.println(kept.get(kept.size() - 1).seq());
            out.flush();
        }
    }

    @Test
    @DisplayName(
            "M2 X8 killed at random 10 times: no acknowledged record is missing, none doubled, no hole, same epoch")
    void killed() throws IOException, InterruptedException {
        Set<UUID> epochs = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            long acknowledged = runAndKill(round);
            try (MessageLog log = Stores.provider(data, Clock.systemUTC(), settings(data, round))
                    .open()) {
                long last = log.head(PROJECT).lastSeq();
                assertTrue(last >= acknowledged, "acknowledged " + acknowledged + ", kept " + last);
                assertTrue(last <= acknowledged + 40, "acknowledged " + acknowledged + ", kept " + last);
                epochs.add(log.head(PROJECT).epoch());
                List<Message> all = Records.readAll(log, PROJECT);
                assertEquals(last, all.size());
                for (int i = 0; i < last; i++) {
                    assertEquals(i + 1, all.get(i).seq());
                    assertEquals("{\"n\":" + (i + 1) + "}", all.get(i).content().toText());
                }
            }
        }
        assertEquals(1, epochs.size());
        assertTrue(Stores.segments(data, PROJECT).size() > 1);
    }

    /** Returns the last seq that the child told of; what it told is all there, a pipe outlives its writer. */
    private long runAndKill(int round) throws IOException, InterruptedException {
        Process child = ChildJvm.start(CrashTest.class, List.of("-Xmx64m"), data.toString(), "" + round);
        try (BufferedReader told =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            int kill = 1 + random.nextInt(60);
            long last = 0;
            for (int lines = 0; ; lines++) {
                if (lines == kill) {
                    child.toHandle().destroyForcibly(); // the process would close the pipe that is still read
                }
                String line = told.readLine();
                if (line == null) {
                    return last;
                }
                last = Long.parseLong(line.strip());
            }
        } finally {
            child.destroyForcibly();
            assertTrue(child.waitFor(10, TimeUnit.SECONDS));
        }
    }
}
