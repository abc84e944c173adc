package dev.switchboard.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prints what the message log costs: appends for each level of durability and number of projects, queries, replay, opening, and
 * what queries do to a running stream. Arguments: a directory on the disk to measure, then what to measure: {@code append} with
 * seconds for each figure, or {@code queries} with numbers of records. What is written is deleted at the end.
 */
public final class LogStore {
    private static final PrintStream OUT = System.out;
    private static final int BYTES = 500;
    private static final int ROUNDS = 500;
    private static final int[] PROJECTS = {1, 10, 100};

    private LogStore() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        if (arguments.length < 3) {
            throw new IllegalArgumentException("expected: directory append seconds | directory queries records…");
        }
        Path data = Files.createTempDirectory(Path.of(arguments[0]), "log-store");
        OUT.printf(
                "load of the machine %.1f, %d processors%n",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors());
        try {
            if (arguments[1].equals("append")) {
                appends(data, Double.parseDouble(arguments[2]));
            } else {
                for (String records : Arrays.asList(arguments).subList(2, arguments.length)) {
                    queries(data.resolve(records), Long.parseLong(records));
                }
            }
        } finally {
            delete(data);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static void appends(Path data, double seconds) throws InterruptedException, ExecutionException {
        append(data.resolve("warm-up"), Durability.OS, 64, 10, seconds);
        double each = print(data, Durability.ALWAYS, 1, 1, seconds);
        for (Durability durability : Durability.values()) {
            for (int batch : new int[] {1, 64}) {
                for (int projects : PROJECTS) {
                    double rate = print(data, durability, batch, projects, seconds);
                    if (durability == Durability.GROUP) {
                        OUT.printf("    %,.0f times the rate of one fsync per record%n", rate / each);
                    }
                }
            }
        }
    }

    private static double print(Path data, Durability durability, int batch, int projects, double seconds)
            throws InterruptedException, ExecutionException {
        Path directory = data.resolve(durability + "-" + batch + "-" + projects + "-" + System.nanoTime());
        double rate = append(directory, durability, batch, projects, seconds);
        OUT.printf(
                "append %-6s batches of %2d, %3d projects: %,9.0f records of %d bytes/s%n",
                durability, batch, projects, rate, BYTES);
        return rate;
    }

    /** Records per second, with as many threads as there are processors. */
    private static double append(Path data, Durability durability, int batch, int projects, double seconds)
            throws InterruptedException, ExecutionException {
        List<NewMessage> records = LogData.records(1, batch, BYTES);
        ProjectId[] ids = new ProjectId[projects];
        Arrays.setAll(ids, i -> ProjectId.random());
        int threads = Math.min(projects, Runtime.getRuntime().availableProcessors());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (MessageLog log = LogData.open(data, durability)) {
            for (ProjectId id : ids) {
                log.append(id, records);
            }
            long begin = System.nanoTime();
            long end = begin + (long) (seconds * 1e9);
            List<Future<Long>> counts = IntStream.range(0, threads)
                    .mapToObj(thread -> pool.submit(() -> append(log, ids, thread, threads, records, end)))
                    .toList();
            long count = 0;
            for (Future<Long> one : counts) {
                count += one.get();
            }
            return count / ((System.nanoTime() - begin) / 1e9);
        } finally {
            pool.shutdown();
        }
    }

    private static long append(
            MessageLog log, ProjectId[] ids, int thread, int threads, List<NewMessage> records, long end) {
        long count = 0;
        while (System.nanoTime() < end) {
            for (int i = thread; i < ids.length && System.nanoTime() < end; i += threads) {
                count += log.append(ids[i], records).size();
            }
        }
        return count;
    }

    private static void queries(Path data, long records) {
        ProjectId project = ProjectId.random();
        long begin = System.nanoTime();
        try (MessageLog log = LogData.open(data, Durability.OS)) {
            LogData.fill(log, project, records, BYTES);
        }
        OUT.printf("%,d records: written in %.1f s%n", records, seconds(begin));
        begin = System.nanoTime();
        try (MessageLog log = LogData.open(data, Durability.OS)) {
            log.head(project);
            OUT.printf("  open and head %.1f ms%n", seconds(begin) * 1e3);
            MessageQuery newest = MessageQuery.all().withOrder(Order.DESCENDING);
            Instant middle = log.read(
                            project,
                            MessageQuery.all().withAfterSeq(records / 3).withLimit(1))
                    .messages()
                    .get(0)
                    .at();
            latency(log, project, "last 100", newest);
            latency(log, project, "last 100 and total", newest.withCount(true));
            long step = Math.max(1, (records - 1000) / ROUNDS);
            latency(
                    log,
                    project,
                    "1000 from anywhere",
                    i -> MessageQuery.all().withAfterSeq(i * step).withLimit(1000));
            latency(log, project, "100 by time", MessageQuery.all().withSince(middle));
            latency(log, project, "100 of a rare type", newest.withTypes(Set.of("result")));
            replay(log, project);
            stream(log, project);
        }
        Runtime runtime = Runtime.getRuntime();
        OUT.printf(
                "  heap: %d MB of %d MB%n",
                (runtime.totalMemory() - runtime.freeMemory()) >> 20, runtime.maxMemory() >> 20);
    }

    private interface Queries {
        MessageQuery query(int round);
    }

    private static void latency(MessageLog log, ProjectId project, String what, MessageQuery query) {
        latency(log, project, what, i -> query);
    }

    private static void latency(MessageLog log, ProjectId project, String what, Queries queries) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long first = time(log, project, queries.query(0));
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long cpu = threads.getCurrentThreadCpuTime();
        long[] times = new long[ROUNDS];
        Arrays.setAll(times, i -> time(log, project, queries.query(i)));
        cpu = (threads.getCurrentThreadCpuTime() - cpu) / ROUNDS;
        allocated = (threads.getCurrentThreadAllocatedBytes() - allocated) / ROUNDS;
        Arrays.sort(times);
        OUT.printf(
                "  %-20s first %.2f ms, median %.3f ms, p99 %.3f ms, %.3f ms of CPU, %,d KB allocated%n",
                what, first / 1e6, times[ROUNDS / 2] / 1e6, times[ROUNDS * 99 / 100] / 1e6, cpu / 1e6, allocated >> 10);
    }

    private static long time(MessageLog log, ProjectId project, MessageQuery query) {
        long begin = System.nanoTime();
        log.read(project, query);
        return System.nanoTime() - begin;
    }

    /** Reads everything, as a client that comes back gets it. */
    private static void replay(MessageLog log, ProjectId project) {
        long begin = System.nanoTime();
        long last = log.head(project).lastSeq();
        long seq = 0;
        while (seq < last) {
            MessagePage page =
                    log.read(project, MessageQuery.all().withAfterSeq(seq).withLimit(1000));
            List<Message> messages = page.messages();
            if (messages.get(0).seq() != seq + 1) {
                throw new IllegalStateException("record " + (seq + 1) + " is missing");
            }
            seq = messages.get(messages.size() - 1).seq();
        }
        OUT.printf("  replay %,.0f records/s%n", last / seconds(begin));
    }

    /** How long single appends take, alone and while another thread reads without a pause. */
    private static void stream(MessageLog log, ProjectId project) {
        MessageQuery query = MessageQuery.all().withLimit(1000).withCount(true);
        long[] queryTimes = new long[50];
        Arrays.setAll(queryTimes, i -> time(log, project, query));
        Arrays.sort(queryTimes);
        double alone = append(log, project);
        Thread reader = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                log.read(project, query);
            }
        });
        reader.start();
        double beside = append(log, project);
        reader.interrupt();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        OUT.printf(
                "  one append: median %.1f us alone, %.1f us beside queries of %.1f us each%n",
                alone, beside, queryTimes[queryTimes.length / 2] / 1e3);
    }

    /** The median of single appends, in microseconds. */
    private static double append(MessageLog log, ProjectId project) {
        List<NewMessage> one = LogData.records(1, 1, BYTES);
        long[] times = new long[5000];
        Arrays.setAll(times, i -> {
            long begin = System.nanoTime();
            log.append(project, one);
            return System.nanoTime() - begin;
        });
        Arrays.sort(times);
        return times[times.length / 2] / 1e3;
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
