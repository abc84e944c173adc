package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket spoken by hand over a socket: it sends whatever bytes it is told to, shows messages byte for byte, reads only
 * when it is asked to, and leaves in every bad way there is. {@code server_stats} and {@code connection_health} are left out.
 */
final class Wire implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    private static final int CONTINUATION = 0;
    private static final int PING = 9;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int PATIENCE_MILLIS = (int) TimeUnit.SECONDS.toMillis(30);

    private final Socket socket;
    private final DataInputStream in;
    private int closeCode;

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Opens a socket and says nothing. */
    static Wire dial(Server server) throws IOException {
        Socket socket = new Socket("localhost", server.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return new Wire(socket);
    }

    /** Connects with the admin token. */
    static Wire connect(Server server) throws IOException {
        return connect(server, "?token=" + server.token());
    }

    /** @param query what follows the path; empty for no token */
    static Wire connect(Server server, String query) throws IOException {
        Wire wire = dial(server);
        String answer = wire.shakeHands(handshake(server, query));
        assertEquals("101", answer.substring(9, 12), answer);
        return wire;
    }

    /** The status that a wish to connect is answered with. */
    static int knock(Server server, String query) throws IOException {
        try (Wire wire = dial(server)) {
            return Integer.parseInt(wire.shakeHands(handshake(server, query)).substring(9, 12));
        }
    }

    private String shakeHands(String request) throws IOException {
        raw(request.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.readUnsignedByte());
        }
        return answer.toString();
    }

    /** The request for an upgrade. */
    static String handshake(Server server, String query) throws IOException {
        return "GET /ws" + query + " HTTP/1.1\r\nHost: localhost:" + server.port()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    }

    /** Sends a text message. */
    void text(String message) throws IOException {
        frame(TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends an unfragmented frame. */
    void frame(int opcode, byte[] payload) throws IOException {
        raw(encode(FIN | opcode, payload));
    }

    /** Sends a text message in pieces. */
    void fragments(byte[] message, int size) throws IOException {
        for (int from = 0; from < message.length; from += size) {
            int length = Math.min(size, message.length - from);
            byte[] piece = java.util.Arrays.copyOfRange(message, from, from + length);
            raw(encode((from + length == message.length ? FIN : 0) | (from == 0 ? TEXT : CONTINUATION), piece));
        }
    }

    /** A frame as clients send it; the mask of zeros leaves the payload as it is. */
    static byte[] encode(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload);
        return java.util.Arrays.copyOf(frame.array(), frame.position());
    }

    /** Sends bytes as they are. */
    void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The next message exactly as it came; fails if the server closes instead. */
    String message() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (true) {
            if (System.nanoTime() > deadline) {
                throw new IOException("nothing but server_stats comes");
            }
            String message = anyMessage();
            if (message == null) {
                return fail("closed with " + closeCode);
            }
            if (!message.startsWith("{\"type\":\"server_stats\"")
                    && !message.startsWith("{\"type\":\"connection_health\"")) {
                return message;
            }
        }
    }

    /** What else comes until the server closes; {@link #closeCode} tells with what. */
    List<String> rest() throws IOException {
        List<String> messages = new ArrayList<>();
        for (String message = anyMessage(); message != null; message = anyMessage()) {
            messages.add(message);
        }
        return messages;
    }

    /** The next message as JSON. */
    JsonNode next() throws IOException {
        return Client.JSON.readTree(message());
    }

    /** The code that the server closes with, whatever it says before; 1006 if the connection just breaks. */
    int closeCode() throws IOException {
        try {
            while (closeCode == 0) {
                anyMessage();
            }
        } catch (EOFException | java.net.SocketException e) {
            closeCode = closeCode == 0 ? 1006 : closeCode;
        }
        return closeCode;
    }

    private String anyMessage() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        while (true) {
            int first = in.readUnsignedByte();
            byte[] payload = new byte[length(in.readUnsignedByte())];
            in.readFully(payload);
            switch (first & 0xf) {
                case TEXT, CONTINUATION -> {
                    message.write(payload);
                    if ((first & FIN) != 0) {
                        return message.toString(StandardCharsets.UTF_8);
                    }
                }
                case PING -> frame(0xa, payload);
                case CLOSE -> {
                    closeCode =
                            payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort();
                    return null;
                }
                default -> fail("a frame of type " + (first & 0xf));
            }
        }
    }

    private int length(int second) throws IOException {
        return second == 126 ? in.readUnsignedShort() : second == 127 ? (int) in.readLong() : second;
    }

    /** Breaks the connection with a TCP reset. */
    void reset() throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    /** Sends nothing more, and goes on reading. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
