package dev.switchboard.gateway.internal.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.content.Content;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.gateway.ClientConnection;
import dev.switchboard.logging.LogContext;
import dev.switchboard.project.ProjectId;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("C6 an outbox is flushed by whoever has something to send, one at a time")
@Timeout(30)
class OutboxTest {
    private static final long QUEUE_BYTES = 1 << 20;

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch sending = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
    /** Never started: nothing is sent but by who flushes. */
    private final Flusher flusher = new Flusher();

    private final Outbox outbox = new Outbox(new SlowSocket(), runtime(), new NoWatcher(), LogContext.NONE);

    private final class SlowSocket implements ClientConnection {
        @Override
        public String remoteAddress() {
            return "127.0.0.1";
        }

        @Override
        public void send(List<ByteBuffer> wire, SendCallback callback) {
            sending.countDown();
            try {
                assertTrue(goOn.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            calls.add("send");
            callback.done(null);
        }

        @Override
        public void close(int code, String reason) {
            calls.add("close " + code);
        }
    }

    private static final class NoWatcher implements LaneWatcher {
        @Override
        public void fallingBehind() {}

        @Override
        public void opened(ProjectId project) {
            throw new AssertionError(project);
        }

        @Override
        public void closed(ProjectId project) {
            throw new AssertionError(project);
        }
    }

    private OutputRuntime runtime() {
        Sources sources = new Sources() {
            @Override
            public Optional<Broadcaster> broadcaster() {
                return Optional.empty();
            }

            @Override
            public ProjectService projects() {
                throw new AssertionError("not asked for");
            }

            @Override
            public long lastPublished(ProjectId project) {
                return 0;
            }

            @Override
            public long queueLimit() {
                return QUEUE_BYTES;
            }
        };
        return OutputRuntime.of(sources, flusher, threads, threads, new Traffic(), System::nanoTime, Clock.systemUTC());
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static Outgoing message() {
        return Outgoing.of(Content.of("{}"), QUEUE_BYTES);
    }

    @Test
    void doesNotCloseBeforeWhatAnotherThreadIsAboutToSend() throws Exception {
        outbox.send(message());
        var first = threads.submit(outbox::flush);
        assertTrue(sending.await(20, TimeUnit.SECONDS));
        outbox.close(1000, "bye");
        outbox.flush();
        assertEquals(List.of(), calls);
        goOn.countDown();
        first.get(20, TimeUnit.SECONDS);
        assertEquals(List.of("send", "close 1000"), calls);
    }

    @Test
    void sendsAnAnswerOnTheThreadThatGivesIt() {
        goOn.countDown();
        outbox.answering(() -> outbox.send(message()));
        assertEquals(List.of("send"), calls);
        outbox.send(message());
        assertEquals(List.of("send"), calls, "the flusher's, which does not run here");
        outbox.answering(() -> {
            outbox.send(message());
            assertEquals(List.of("send"), calls, "together, at the end");
        });
        assertEquals(List.of("send", "send"), calls);
    }

    @Test
    void sendsWhatWasToldBeforeAHandlerFailed() {
        goOn.countDown();
        try {
            outbox.answering(() -> {
                outbox.send(message());
                throw new IllegalArgumentException("expected");
            });
        } catch (IllegalArgumentException e) {
            calls.add(e.getMessage());
        }
        assertEquals(List.of("send", "expected"), calls);
    }
}
