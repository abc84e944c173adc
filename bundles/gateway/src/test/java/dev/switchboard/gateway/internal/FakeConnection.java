package dev.switchboard.gateway.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.gateway.ClientConnection;
import dev.switchboard.protocol.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** A client's socket that takes the bytes apart again, and holds the server to the contract of {@link ClientConnection}. */
final class FakeConnection implements ClientConnection {
    private final Executor network;
    private final String address;
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
    private boolean inMessage;
    private boolean stalled;
    private SendCallback waiting;
    private volatile boolean sending;

    final LinkedBlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    /** What comes now and then, whatever is asked. */
    final LinkedBlockingQueue<JsonNode> asides = new LinkedBlockingQueue<>();

    final List<String> broken = new ArrayList<>();
    final AtomicInteger sends = new AtomicInteger();
    final AtomicInteger largestSend = new AtomicInteger();
    final AtomicInteger fragmentCount = new AtomicInteger();
    volatile int closeCode;
    volatile String closeReason;
    volatile Runnable onClose = () -> {};
    /** Large messages are only counted. */
    volatile boolean keepLarge = true;

    FakeConnection(Executor network, String address) {
        this.network = network;
        this.address = address;
    }

    @Override
    public String remoteAddress() {
        return address;
    }

    @Override
    public void send(List<ByteBuffer> wire, SendCallback callback) {
        lock.lock();
        try {
            if (sending) {
                broken.add("a send was begun while another was under way");
            }
            sending = true;
            sends.incrementAndGet();
            int size = wire.stream().mapToInt(ByteBuffer::remaining).sum();
            largestSend.accumulateAndGet(size, Math::max);
            int frames = 0;
            boolean fragment = false;
            for (ByteBuffer buffer : wire) {
                while (buffer.hasRemaining()) {
                    fragment |= frame(buffer);
                    frames++;
                }
            }
            if (fragment && frames > 1) {
                broken.add("a fragment did not go alone");
            }
            waiting = callback;
            if (!stalled) {
                finish();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends complete no more until {@link #resume}. */
    void stall() {
        lock.lock();
        stalled = true;
        lock.unlock();
    }

    void resume() {
        lock.lock();
        stalled = false;
        finish();
        lock.unlock();
    }

    /** Completes one send while stalled. */
    void completeOne() {
        lock.lock();
        finish();
        lock.unlock();
    }

    boolean isSending() {
        return sending;
    }

    /** Whether a send has begun that does not complete: not merely one that was begun before and is about to. */
    boolean isStuck() {
        lock.lock();
        try {
            return waiting != null;
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        SendCallback callback = waiting;
        waiting = null;
        if (callback != null) {
            network.execute(() -> {
                sending = false;
                callback.done(null);
            });
        }
    }

    private boolean frame(ByteBuffer buffer) {
        int first = buffer.get() & 0xFF;
        long length = buffer.get();
        length = length == 126 ? buffer.getShort() & 0xFFFF : length == 127 ? buffer.getLong() : length;
        byte[] payload = new byte[(int) length];
        buffer.get(payload);
        boolean fin = (first & 0x80) != 0;
        int opcode = first & 0x0F;
        if (opcode == 0 != inMessage || opcode > 1) {
            broken.add("frame " + Integer.toHexString(first) + " while in message: " + inMessage);
        }
        if (fin && !inMessage) {
            accept(payload);
            return false;
        }
        fragmentCount.incrementAndGet();
        if (keepLarge) {
            fragments.writeBytes(payload);
        }
        inMessage = !fin;
        if (fin) {
            accept(keepLarge ? fragments.toByteArray() : "{\"type\":\"large\"}".getBytes());
            fragments.reset();
        }
        return true;
    }

    private void accept(byte[] text) {
        try {
            JsonNode message = Json.read(text);
            boolean aside = List.of("server_stats", "connection_health")
                    .contains(message.get("type").asText());
            (aside ? asides : messages).add(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close(int code, String reason) {
        lock.lock();
        boolean first = closeCode == 0;
        closeReason = first ? reason : closeReason;
        closeCode = first ? code : closeCode;
        lock.unlock();
        if (first) {
            network.execute(() -> onClose.run());
        }
    }
}
