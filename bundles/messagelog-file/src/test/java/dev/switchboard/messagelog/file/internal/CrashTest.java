package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a JVM that appends as fast as it can and shows a reader what it appended, again and again. The system property {@code
 * crash.rounds} tells how often; 200 takes some minutes.
 */
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("crash.rounds", 8);
    private static final int BATCH = 40;
    private static final Duration MAX_OPEN = Duration.ofSeconds(1);
    private static final ProjectId PROJECT = ProjectId.parse("00000000-0000-4000-8000-000000000001");

    @TempDir
    Path data;

    private final Random random = new Random(1);

    private static Settings settings(Path data, int round) {
        return Stores.settings(data, 200_000, 777)
                .with(ServerSettings.LOG_DURABILITY, Durability.values()[round % Durability.values().length]);
    }

    /** The child: appends batches of 1 to 40 records, numbered on, and sends each to its reader when it may be shown. */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments[0]);
        int round = Integer.parseInt(arguments[1]);
        Random random = new Random(round);
        PrintStream out = System.out;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                MessageLog log = Stores.provider(data, Clock.systemUTC(), settings(data, round))
                        .open()) {
            out.println(server.getLocalPort());
            out.flush();
            try (Socket reader = server.accept();
                    Writer target = new BufferedWriter(
                            new OutputStreamWriter(reader.getOutputStream(), StandardCharsets.US_ASCII))) {
                while (true) {
                    long next = log.head(PROJECT).lastSeq() + 1;
                    for (Message message : log.append(PROJECT, Records.lines(next, next + random.nextInt(BATCH)))) {
                        target.write(message.seq() + " " + message.content().toText() + "\n");
                    }
                    target.flush();
                }
            }
        }
    }

    @Test
    @DisplayName(
            "M2 X8 killed at random: no record that the reader saw is missing or doubled, no hole, same epoch, opened in time")
    void killed() throws IOException, InterruptedException {
        Set<UUID> epochs = new HashSet<>();
        long last = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long shown = runAndKill(round, last);
            long begin = cpuNanos();
            try (MessageLog log = Stores.provider(data, Clock.systemUTC(), settings(data, round))
                    .open()) {
                long kept = log.head(PROJECT).lastSeq();
                Duration opened = Duration.ofNanos(cpuNanos() - begin);
                assertTrue(opened.compareTo(MAX_OPEN) < 0, "opened in " + opened);
                assertTrue(kept >= shown, "shown " + shown + ", kept " + kept);
                epochs.add(log.head(PROJECT).epoch());
                // What was there before is looked at again, but not all of it in each round.
                assertNumbered(log, round == ROUNDS - 1 ? 0 : Math.max(0, last - 1000), kept);
                last = kept;
            }
        }
        assertEquals(1, epochs.size());
        assertTrue(Stores.segments(data, PROJECT).size() > 1);
    }

    /** The present thread's: a machine that has other things to do does not count. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void assertNumbered(MessageLog log, long afterSeq, long lastSeq) {
        long seq = afterSeq;
        while (seq < lastSeq) {
            MessagePage page =
                    log.read(PROJECT, MessageQuery.all().withAfterSeq(seq).withLimit(1000));
            assertEquals(List.of(), page.gaps());
            for (Message message : page.messages()) {
                seq++;
                assertEquals(seq, message.seq());
                assertEquals("{\"n\":" + seq + "}", message.content().toText());
            }
        }
        assertEquals(lastSeq, seq);
    }

    /** Returns the last seq that the reader saw; that it saw every one behind {@code last} once is checked here. */
    private long runAndKill(int round, long last) throws IOException, InterruptedException {
        Process child = ChildJvm.start(CrashTest.class, List.of("-Xmx64m"), data.toString(), "" + round);
        try (BufferedReader told =
                        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(told.readLine()));
                BufferedReader seen =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            int kill = 1 + random.nextInt(2000);
            long shown = last;
            for (int lines = 0; ; lines++) {
                if (lines == kill) {
                    child.toHandle().destroyForcibly();
                }
                String line = next(seen);
                if (line == null || !line.endsWith("}")) {
                    return shown; // the last line may be cut short
                }
                shown++;
                assertEquals(shown + " {\"n\":" + shown + "}", line);
            }
        } finally {
            child.destroyForcibly();
            assertTrue(child.waitFor(10, TimeUnit.SECONDS));
        }
    }

    private static String next(BufferedReader seen) throws IOException {
        try {
            return seen.readLine();
        } catch (SocketException e) {
            return null; // how a connection ends whose process was killed
        }
    }
}
