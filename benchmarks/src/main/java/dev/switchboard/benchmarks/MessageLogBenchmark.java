package dev.switchboard.benchmarks;

import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a page of a log costs, whatever the log's size, and what an append does. With {@code -prof gc} also the allocation. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MessageLogBenchmark {
    private static final int BYTES = 500;

    /** A log that is read. */
    @State(Scope.Benchmark)
    public static class Filled {
        /** How many records it has; 10000000 needs 5 GB of disk. */
        @Param({"10000", "1000000"})
        public long records;

        private final ProjectId project = ProjectId.random();
        private Path data;
        private MessageLog log;
        private Instant middle;
        private long next;

        @Setup
        public void setUp() throws IOException {
            data = Files.createTempDirectory("message-log");
            log = LogData.open(data, Durability.OS);
            LogData.fill(log, project, records, BYTES);
            middle = log.read(
                            project,
                            MessageQuery.all().withAfterSeq(records / 2).withLimit(1))
                    .messages()
                    .get(0)
                    .at();
        }

        @TearDown
        public void tearDown() throws IOException {
            log.close();
            delete(data);
        }
    }

    /** A log that is appended to. */
    @State(Scope.Benchmark)
    public static class Growing {
        @Param({"ALWAYS", "GROUP", "OS"})
        public Durability durability;

        @Param({"1", "64"})
        public int batch;

        private final ProjectId project = ProjectId.random();
        private Path data;
        private MessageLog log;
        private List<NewMessage> records;

        @Setup
        public void setUp() throws IOException {
            data = Files.createTempDirectory("message-log");
            log = LogData.open(data, durability);
            records = LogData.records(1, batch, BYTES);
        }

        @TearDown
        public void tearDown() throws IOException {
            log.close();
            delete(data);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    @Benchmark
    public MessagePage last100(Filled filled) {
        return filled.log.read(filled.project, MessageQuery.all().withOrder(Order.DESCENDING));
    }

    @Benchmark
    public MessagePage thousandFromAnywhere(Filled filled) {
        filled.next = (filled.next + 7919) % Math.max(1, filled.records - 1000);
        return filled.log.read(
                filled.project, MessageQuery.all().withAfterSeq(filled.next).withLimit(1000));
    }

    @Benchmark
    public MessagePage pageByTime(Filled filled) {
        return filled.log.read(filled.project, MessageQuery.all().withSince(filled.middle));
    }

    @Benchmark
    public List<Message> append(Growing growing) {
        return growing.log.append(growing.project, growing.records);
    }
}
