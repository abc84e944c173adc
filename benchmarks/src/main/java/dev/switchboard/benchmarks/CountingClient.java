package dev.switchboard.benchmarks;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
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

    private final Socket socket;
    private final DataInputStream in;
    private final CountDownLatch idle = new CountDownLatch(1);
    private volatile String lastState = "";
    private long delivered;
    private long disorder;
    private long lastSeq;

    private CountingClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    static CountingClient connect(int port, String token) throws IOException {
        Socket socket = new Socket("localhost", port);
        socket.setTcpNoDelay(true);
        CountingClient client = new CountingClient(socket);
        socket.getOutputStream()
                .write(("GET /ws HTTP/1.1\r\nHost: localhost:" + port + "\r\nAuthorization: Bearer " + token
                                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        String status = client.line();
        if (!status.contains(" 101 ")) {
            throw new IOException("the server answered " + status);
        }
        while (!client.line().isEmpty()) {
            // headers
        }
        return client;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Creates a project; used before reading begins. */
    String create(String directory) throws IOException {
        send("{\"type\":\"project_create\",\"data\":{\"path\":\"" + directory + "\"}}");
        String state = message();
        int id = state.indexOf("\"id\":\"") + 6;
        return state.substring(id, id + 36);
    }

    /** Joins, and begins to read. */
    void join(String project) throws IOException {
        send("{\"type\":\"project_join\",\"project_id\":\"" + project + "\"}");
        while (!message().startsWith("{\"type\":\"project_joined\"")) {
            // the frames before
        }
        Thread reader = new Thread(this::read, "counting-client");
        reader.setDaemon(true);
        reader.start();
    }

    void execute(String project, String prompt) throws IOException {
        send("{\"type\":\"execute\",\"project_id\":\"" + project + "\",\"data\":{\"prompt\":\"" + prompt + "\"}}");
    }

    void delete(String project) throws IOException {
        send("{\"type\":\"project_delete\",\"project_id\":\"" + project + "\"}");
    }

    private void send(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 8);
        frame.put((byte) 0x81);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload); // a mask of zeros leaves the payload as it is
        OutputStream out = socket.getOutputStream();
        out.write(frame.array(), 0, frame.position());
        out.flush();
    }

    private void read() {
        byte[] head = new byte[HEAD];
        try {
            while (idle.getCount() > 0) {
                int length = header();
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

    private String message() throws IOException {
        return new String(in.readNBytes(header()), StandardCharsets.UTF_8);
    }

    /** Reads a header; control frames are passed over. */
    private int header() throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte() & 0x7F;
            long length = second < 126 ? second : second == 126 ? in.readUnsignedShort() : in.readLong();
            if ((first & 0x08) == 0) {
                return Math.toIntExact(length);
            }
            in.skipNBytes(length);
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
