package dev.switchboard.messagelog.file.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.message.NewMessage;
import dev.switchboard.message.Origin;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Prints what the log costs on this machine. Argument: a directory on the disk that is to be measured. */
final class Figures {
    private static final PrintStream OUT = System.out;
    private static final long SECONDS_NANOS = 3_000_000_000L;

    private Figures() {}

    public static void main(String[] arguments) throws IOException {
        Path data = Files.createTempDirectory(Path.of(arguments[0]), "figures");
        for (Durability durability : Durability.values()) {
            for (int batch : new int[] {1, 64}) {
                for (int projects : new int[] {1, 100}) {
                    appends(data.resolve(durability + "-" + batch + "-" + projects), durability, batch, projects);
                }
            }
        }
        reads(data.resolve("reads"), 100_000);
        reads(data.resolve("many"), 1_000_000);
    }

    private static MessageLog open(Path data, Durability durability) {
        Settings settings = Stores.settings(data).with(ServerSettings.LOG_DURABILITY, durability);
        return Stores.provider(data, Clock.systemUTC(), settings).open();
    }

    /** A record whose line has about 500 bytes. */
    private static NewMessage record(int number) {
        String content = "{\"type\":\"assistant\",\"n\":" + number + ",\"text\":\"" + "x".repeat(300) + "\"}";
        return new NewMessage(
                Direction.CLAUDE,
                number % 1000 == 0 ? "result" : "assistant",
                Content.of(content),
                Optional.of(new Origin("0b5f3c52-74c4-4a15-9e0c-3a4e2b1f7a11", number)));
    }

    private static void appends(Path data, Durability durability, int batch, int projects) {
        List<NewMessage> records = Collections.nCopies(batch, record(1));
        ProjectId[] ids = new ProjectId[projects];
        Arrays.setAll(ids, i -> ProjectId.random());
        try (MessageLog log = open(data, durability)) {
            for (ProjectId id : ids) {
                log.append(id, records);
            }
            long begin = System.nanoTime();
            long count = 0;
            while (System.nanoTime() - begin < SECONDS_NANOS) {
                for (ProjectId id : ids) {
                    log.append(id, records);
                }
                count += (long) batch * projects;
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            OUT.printf(
                    "append %-6s batches of %2d, %3d projects: %,9.0f records/s%n",
                    durability, batch, projects, count / seconds);
        }
    }

    private static void reads(Path data, int records) {
        ProjectId project = ProjectId.random();
        MessageLog log = open(data, Durability.OS);
        for (int i = 0; i < records; i += 100) {
            log.append(
                    project,
                    java.util.stream.IntStream.range(i, i + 100)
                            .mapToObj(Figures::record)
                            .toList());
        }
        log.close();
        long begin = System.nanoTime();
        log = open(data, Durability.OS);
        log.head(project);
        OUT.printf("%,d records: open and head %.1f ms%n", records, (System.nanoTime() - begin) / 1e6);
        MessageQuery newest = MessageQuery.all().withOrder(Order.DESCENDING);
        latency(log, project, "last 100", newest);
        latency(log, project, "last 100 and total", newest.withCount(true));
        latency(
                log,
                project,
                "1000 from the middle",
                MessageQuery.all().withAfterSeq(records / 2).withLimit(1000));
        latency(
                log,
                project,
                "100 of a rare type",
                newest.withTypes(Set.of("result")).withCount(true));
        latency(
                log,
                project,
                "100 by time",
                MessageQuery.all()
                        .withSince(log.read(
                                        project,
                                        MessageQuery.all()
                                                .withAfterSeq(records / 3)
                                                .withLimit(1))
                                .messages()
                                .get(0)
                                .at()));
        log.close();
    }

    private static void latency(MessageLog log, ProjectId project, String what, MessageQuery query) {
        long first = time(log, project, query);
        long[] times = new long[500];
        Arrays.setAll(times, i -> time(log, project, query));
        Arrays.sort(times);
        OUT.printf(
                "  %-22s first %.2f ms, median %.3f ms, p99 %.3f ms%n",
                what, first / 1e6, times[250] / 1e6, times[495] / 1e6);
    }

    private static long time(MessageLog log, ProjectId project, MessageQuery query) {
        long begin = System.nanoTime();
        log.read(project, query);
        return System.nanoTime() - begin;
    }
}
