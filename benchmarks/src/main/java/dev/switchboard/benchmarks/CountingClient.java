package dev.switchboard.benchmarks;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A client that costs as little as it can, so that the server is what is measured: a raw socket, frames counted and their order checked by
 * {@code seq}, nothing parsed. Reads on a thread of its own.
 */
final class CountingClient {
    private static final byte[] SEQ = "\"seq\":".getBytes(StandardCharsets.US_ASCII);
    private static final String AGENT = "{\"type\":\"agent_message\"";
    private static final String FLOOD_TEXT = "\"text\":\"0";
    private static final String STATE = "{\"type\":\"project_state\"";
    private static final int HEAD = 256;

    private final RawSocket socket;
    private final DataInputStream in;
    private final CountDownLatch idle = new CountDownLatch(1);
    private volatile String lastState = "";
    private long delivered;
    private long disorder;
    private long lastSeq;

    private CountingClient(RawSocket socket) {
        this.socket = socket;
        this.in = socket.payload();
    }

    static CountingClient connect(int port, String token) throws IOException {
        return new CountingClient(RawSocket.connect(port, token));
    }

    /** Creates a project; used before reading begins. */
    String create(String directory) throws IOException {
        return socket.create(directory);
    }

    /** Joins, and begins to read. */
    void join(String project) throws IOException {
        socket.send("{\"type\":\"project_join\",\"project_id\":\"" + project + "\"}");
        socket.until("project_joined");
        Thread reader = new Thread(this::read, "counting-client");
        reader.setDaemon(true);
        reader.start();
    }

    void execute(String project, String prompt) throws IOException {
        socket.send(
                "{\"type\":\"execute\",\"project_id\":\"" + project + "\",\"data\":{\"prompt\":\"" + prompt + "\"}}");
    }

    void delete(String project) throws IOException {
        socket.send("{\"type\":\"project_delete\",\"project_id\":\"" + project + "\"}");
    }

    private void read() {
        byte[] head = new byte[HEAD];
        try {
            while (idle.getCount() > 0) {
                int length = socket.header();
                int kept = Math.min(length, HEAD);
                in.readFully(head, 0, kept);
                String start = new String(head, 0, kept, StandardCharsets.ISO_8859_1);
                take(start, rest(start, length - kept));
            }
        } catch (IOException e) {
            // closed: what was delivered so far is what counts
        }
    }

    /** The rest of the message where it is wanted; skipped where it is not. */
    private String rest(String start, int length) throws IOException {
        if (start.startsWith(STATE) || start.startsWith(AGENT)) {
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }
        in.skipNBytes(length);
        return "";
    }

    private void take(String start, String rest) {
        int seq = start.indexOf("\"seq\":");
        if (seq >= 0) {
            long value = Long.parseLong(start, seq + SEQ.length, start.indexOf(',', seq), 10);
            if (lastSeq != 0 && value != lastSeq + 1) {
                disorder++;
            }
            lastSeq = value;
        }
        if (start.startsWith(AGENT) && (start + rest).contains(FLOOD_TEXT)) {
            delivered++;
        } else if (start.startsWith(STATE)) {
            lastState = (start + rest).contains("\"state\":\"EXECUTING\"") ? "EXECUTING" : "over";
            if (lastState.equals("over") && delivered > 0) {
                idle.countDown();
            }
        }
    }

    void awaitIdle(long deadlineNanos) throws InterruptedException {
        if (!idle.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            System.err.println("a client did not see the end: " + delivered + " lines came, last state " + lastState);
        }
    }

    long delivered() {
        return delivered;
    }

    long disorder() {
        return disorder;
    }

    void close() throws IOException {
        socket.close();
    }
}
