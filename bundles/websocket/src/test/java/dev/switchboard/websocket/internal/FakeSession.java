package dev.switchboard.websocket.internal;

import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.gateway.ClientConnection;
import dev.switchboard.gateway.ClientSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A session that echoes what it gets, unless a test wants something else. */
class FakeSession implements ClientSession {
    final ClientConnection connection;
    final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    final BlockingQueue<Duration> pongs = new LinkedBlockingQueue<>();
    final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    final AtomicInteger overlapping = new AtomicInteger();
    volatile long limit = 1 << 20;
    volatile boolean mayIdle = true;
    volatile FakeGateway.FakeAdmission admission;

    FakeSession(ClientConnection connection) {
        this.connection = connection;
    }

    @Override
    public String id() {
        return "test";
    }

    @Override
    public long messageLimit() {
        return limit;
    }

    @Override
    public void text(byte[] utf8, Runnable next) {
        enter();
        texts.add(new String(utf8, StandardCharsets.UTF_8));
        onText(utf8, next);
        leave();
    }

    void onText(byte[] utf8, Runnable next) {
        send(utf8);
        next.run();
    }

    @Override
    public void tooLarge() {
        enter();
        send("too large".getBytes(StandardCharsets.UTF_8));
        connection.close(1009, "too large");
        leave();
    }

    @Override
    public boolean mayIdle() {
        return mayIdle;
    }

    @Override
    public void pong(Duration roundTrip) {
        pongs.add(roundTrip);
    }

    @Override
    public void closed(int code, String reason) {
        enter();
        admission.close();
        if (!closed.complete(new CloseReason(code, reason))) {
            overlapping.incrementAndGet(); // told twice
        }
    }

    private final AtomicInteger inside = new AtomicInteger();

    private void enter() {
        if (inside.getAndIncrement() != 0 || closed.isDone()) {
            overlapping.incrementAndGet();
        }
    }

    private void leave() {
        inside.decrementAndGet();
    }

    /** Before a call throws, so that it does not count as one that still goes on. */
    void leaveBroken() {
        leave();
    }

    /** Sends one text. */
    CompletableFuture<Void> send(byte[] text) {
        return sendWire(List.of(ByteBuffer.wrap(OutboundFrame.wireImage(text))));
    }

    /** Sends what is framed already. */
    CompletableFuture<Void> sendWire(List<ByteBuffer> wire) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        connection.send(wire, failure -> {
            if (calls.incrementAndGet() > 1) {
                overlapping.incrementAndGet();
            } else if (failure != null) {
                done.completeExceptionally(failure);
            } else {
                done.complete(null);
            }
        });
        return done;
    }

    CloseReason awaitClosed() throws Exception {
        return closed.get(20, TimeUnit.SECONDS);
    }
}
