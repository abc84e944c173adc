package dev.switchboard.benchmarks;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that costs as little as it can, so that the server is what is measured: a raw socket, the agent's lines counted and their order
 * checked by {@code seq}, nothing parsed. Either it reads on a thread of its own, as fast as it can or at a rate, or a {@link CountingCrowd}
 * reads for many.
 */
final class CountingClient {
    /** In place of a close's code, if the connection ended without one. */
    static final int CUT_OFF = -1;

    private static final byte[] AGENT = ascii("{\"type\":\"agent_message\"");
    private static final byte[] STATE = ascii("{\"type\":\"project_state\"");
    private static final byte[] SEQ = ascii("\"seq\":");
    private static final byte[] TIMESTAMP = ascii("\"timestamp\":\"");
    private static final byte[] CLOCK = ascii("\"text\":\"clock ");
    private static final byte[] ASSISTANT = ascii("\"type\":\"assistant\"");
    private static final byte[] EXECUTING = ascii("\"state\":\"EXECUTING\"");
    private static final int TIME_LENGTH = "2026-01-31T10:15:30.123456Z".length();
    /** No record's frame is as short as this. */
    private static final int SHORTEST = 32;

    private final RawSocket.Address address;
    private final double linesPerSecond;
    private final Delays delays;
    private final byte[] head = new byte[FrameSplitter.HEAD];
    private final FrameSplitter frames = new FrameSplitter(this::pong, this::take);
    private RawSocket socket;
    private volatile CountDownLatch over = new CountDownLatch(1);
    private volatile long endedAt;
    private volatile boolean reading;
    private volatile long delivered;
    private volatile long disorder;
    private long lastSeq;
    private boolean ran;

    /**
     * @param linesPerSecond how fast it reads; 0 for as fast as it can
     * @param delays gets how late lines come; {@code null} if nobody wants to know
     */
    CountingClient(RawSocket.Address address, double linesPerSecond, Delays delays) throws IOException {
        this.address = address;
        this.linesPerSecond = linesPerSecond;
        this.delays = delays;
        this.socket = RawSocket.connectChannel(address);
    }

    /** How late lines come. For many threads; their lock costs nothing at the rates at which delays are of interest. */
    static final class Delays {
        private final Times fromAgent = new Times("from the agent's write");
        private final Times fromRecord = new Times("from the record");

        synchronized void add(long agentMicros, long recordMicros) {
            fromAgent.add(agentMicros / 1e3);
            fromRecord.add(recordMicros / 1e3);
        }

        synchronized void print() {
            fromAgent.print();
            fromRecord.print();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Joins; what comes is left unread until {@link #read}. */
    void join(String project) throws IOException {
        socket.send("{\"type\":\"project_join\",\"project_id\":\"" + project + "\"}");
        socket.until("project_joined");
    }

    /** Has what comes read by somebody who calls {@link #feed}, with the channel. */
    SocketChannel handOver() throws IOException {
        byte[] rest = socket.rest();
        SocketChannel channel = socket.channel();
        channel.configureBlocking(false);
        feed(ByteBuffer.wrap(rest));
        return channel;
    }

    /** Asks for a run; for somebody whose channel was handed over. */
    void execute(String project, String prompt) throws IOException {
        ByteBuffer frame = RawSocket.textFrame(
                "{\"type\":\"execute\",\"project_id\":\"" + project + "\",\"data\":{\"prompt\":\"" + prompt + "\"}}");
        while (frame.hasRemaining()) {
            socket.channel().write(frame);
        }
    }

    /** Takes bytes as they come from the channel. */
    void feed(ByteBuffer bytes) throws IOException {
        frames.feed(bytes);
    }

    private void pong(byte[] payload) throws IOException {
        socket.channel().write(RawSocket.pongFrame(payload));
    }

    /** Begins to read, on a thread of its own. */
    void read() {
        reading = true;
        Thread reader = new Thread(this::readAll, "counting-client");
        reader.setDaemon(true);
        reader.start();
    }

    /** Has another run's end waited for. */
    void again() {
        over = new CountDownLatch(1);
        delivered = 0;
        ran = false;
    }

    /** Comes back behind the last record that it has, with another connection, and reads on. */
    void comeBack(String project) throws IOException {
        socket.close();
        socket = RawSocket.connect(address);
        socket.send("{\"type\":\"project_join\",\"project_id\":\"" + project + "\",\"data\":{\"after_seq\":" + lastSeq
                + "}}");
        socket.until("project_joined");
        read();
    }

    /** Reads all that is there before the close; the close's code, or {@link #CUT_OFF}. */
    int readToClose() {
        try {
            for (RawSocket.Message message = socket.next(); ; message = socket.next()) {
                if (message.isClose()) {
                    return message.closeCode();
                }
                take(message.payload(), message.payload().length);
            }
        } catch (IOException e) {
            return CUT_OFF;
        }
    }

    private void readAll() {
        long start = System.nanoTime();
        long before = delivered;
        try {
            DataInputStream in = socket.payload();
            while (reading) {
                int length = socket.header();
                int kept = Math.min(length, FrameSplitter.HEAD);
                in.readFully(head, 0, kept);
                in.skipNBytes(length - kept);
                take(head, kept);
                if (linesPerSecond > 0) {
                    long due = start + (long) ((delivered - before) / linesPerSecond * 1e9);
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
        } catch (IOException e) {
            // closed: what was delivered so far is what counts
        }
    }

    private void take(byte[] bytes, int length) {
        if (length < SHORTEST) {
            return;
        }
        int at = find(SEQ, bytes, Math.min(length, 256));
        if (at >= 0) {
            long seq = number(bytes, at + SEQ.length);
            if (lastSeq != 0 && seq != lastSeq + 1) {
                disorder++;
            }
            lastSeq = seq;
        }
        if (begins(AGENT, bytes)) {
            if (find(ASSISTANT, bytes, length) >= 0) {
                delivered++;
                delay(bytes, length);
            }
        } else if (begins(STATE, bytes)) {
            boolean executing = find(EXECUTING, bytes, length) >= 0;
            if (ran && !executing) {
                endedAt = System.nanoTime();
                over.countDown();
            }
            ran |= executing;
        }
    }

    private void delay(byte[] bytes, int length) {
        if (delays == null) {
            return;
        }
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        int made = find(TIMESTAMP, bytes, length);
        int written = find(CLOCK, bytes, length);
        if (made >= 0 && written >= 0) {
            String time = new String(bytes, made + TIMESTAMP.length, TIME_LENGTH, StandardCharsets.US_ASCII);
            delays.add(
                    now - number(bytes, written + CLOCK.length),
                    now - ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time)));
        }
    }

    private static boolean begins(byte[] text, byte[] bytes) {
        return matches(text, bytes, 0);
    }

    private static boolean matches(byte[] text, byte[] bytes, int at) {
        for (int i = 0; i < text.length; i++) {
            if (bytes[at + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    private static int find(byte[] text, byte[] bytes, int length) {
        for (int i = 0; i + text.length <= length; i++) {
            if (bytes[i] == text[0] && matches(text, bytes, i)) {
                return i;
            }
        }
        return -1;
    }

    private static long number(byte[] bytes, int from) {
        long value = 0;
        for (int i = from; bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            value = value * 10 + bytes[i] - '0';
        }
        return value;
    }

    /** Waits until it has seen the end of the run; false if it does not come in time. */
    boolean awaitEnd(long deadlineNanos) throws InterruptedException {
        return over.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** When it saw the end, as {@link System#nanoTime} has it. */
    long endedAt() {
        return endedAt;
    }

    /** How many of the agent's lines have come. */
    long delivered() {
        return delivered;
    }

    /** How many records did not follow the one before. */
    long disorder() {
        return disorder;
    }

    void close() throws IOException {
        reading = false;
        socket.close();
    }
}
