package dev.switchboard.gateway.internal;

import dev.switchboard.content.Content;
import dev.switchboard.gateway.ClientConnection;
import dev.switchboard.gateway.ClientSession;
import dev.switchboard.gateway.Gateway.ConnectRequest;
import dev.switchboard.project.ProjectId;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Not a test: what sending one project's records to 100 sessions costs, without sockets. Run by hand. */
final class FanOutMeasurement {
    private static final int SESSIONS = 100;

    private FanOutMeasurement() {}

    private record Counter(Executor network, LongAdder bytes, LongAdder sends) implements ClientConnection {
        @Override
        public String remoteAddress() {
            return "127.0.0.1";
        }

        @Override
        public void send(List<ByteBuffer> wire, SendCallback callback) {
            wire.forEach(buffer -> bytes.add(buffer.remaining()));
            sends.increment();
            network.execute(() -> callback.done(null));
        }

        @Override
        public void close(int code, String reason) {}
    }

    public static void main(String[] args) throws InterruptedException {
        for (int perSecond : new int[] {20_000, 5000, 1000, 100, 1000, 5000, 20_000}) {
            measure(perSecond);
        }
    }

    private static void measure(int perSecond) throws InterruptedException {
        ExecutorService network = Executors.newSingleThreadExecutor();
        LongAdder bytes = new LongAdder();
        LongAdder sends = new LongAdder();
        int records = Math.min(100_000, perSecond * 8);
        try (World world = new World()) {
            ProjectId project = world.server.seed("/p");
            for (int i = 0; i < SESSIONS; i++) {
                ClientSession session = world.gateway.open(
                        world.gateway.admit(new ConnectRequest("127.0.0.1", Optional.of("viewer"))),
                        new Counter(network, bytes, sends));
                session.text(("{\"type\":\"project_join\",\"project_id\":\"" + project + "\"}").getBytes(), () -> {});
            }
            Await.until("all have joined", () -> world.registry().subscribers(project) == SESSIONS);
            Await.until("all listen", () -> world.broadcaster.open.get() == SESSIONS);
            Content line = Content.of("{\"type\":\"assistant\",\"text\":\"" + "x".repeat(430) + "\"}");
            var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long before = world.gateway.core().traffic().messagesSent();
            long cpu = system.getProcessCpuTime();
            long begin = System.nanoTime();
            for (int i = 0; i < records; i++) {
                world.server.agent(project, line);
                long due = begin + (long) (i * 1e9 / perSecond);
                while (due - System.nanoTime() > 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            long wanted = before + (long) records * SESSIONS;
            Await.until("all is sent", () -> world.gateway.core().traffic().messagesSent() >= wanted);
            double seconds = (System.nanoTime() - begin) / 1e9;
            double delivered = (double) records * SESSIONS;
            System.out.printf(
                    "%7d/s: %.0f k deliveries/s, %.2f CPU-s per million, %.4f sends per message, %d log reads%n",
                    perSecond,
                    delivered / seconds / 1000,
                    (system.getProcessCpuTime() - cpu) / delivered / 1000,
                    sends.sum() / delivered,
                    world.server.reads.get());
        } finally {
            network.shutdown();
        }
    }
}
