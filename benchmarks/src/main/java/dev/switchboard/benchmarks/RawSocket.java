package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A WebSocket (RFC 6455) of a running server with nothing around it, so that what a client costs is not what is measured. Pings are
 * answered by whoever reads. One thread at a time reads; sending is for one thread, and for the one that reads.
 */
final class RawSocket implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 120_000;
    private static final int FIN = 0x80;
    private static final int OP_CODE = 0x0F;
    private static final int CONTINUATION = 0;
    private static final int CONTROL = 0x08;
    private static final int CLOSE = 0x08;
    private static final int TEXT = FIN | 1;
    private static final int PING = FIN | 0x09;
    private static final int PONG = FIN | 0x0A;
    private static final int MASKED = 0x80;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** Where a running server is, and the token of its first start. */
    record Address(int port, String token, long pid) {
        static Address of(Path dataDir) throws IOException {
            JsonNode instance =
                    new ObjectMapper().readTree(dataDir.resolve("instance.json").toFile());
            String token = Files.readString(dataDir.resolve("initial-token")).strip();
            return new Address(
                    instance.get("port").asInt(), token, instance.get("pid").asLong());
        }

        /** The processor time that the server has taken. */
        Duration cpu() {
            return ProcessHandle.of(pid)
                    .flatMap(process -> process.info().totalCpuDuration())
                    .orElse(Duration.ZERO);
        }
    }

    /** A message, or a close. */
    record Message(int opCode, byte[] payload) {
        boolean isClose() {
            return opCode == CLOSE;
        }

        /** Of a close; 1005 if it has none. */
        int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        }
    }

    private RawSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        this.out = socket.getOutputStream();
    }

    static RawSocket connect(Address address) throws IOException {
        return open(new Socket("localhost", address.port()), address);
    }

    /** The same for somebody who goes on with its {@link #channel}. */
    static RawSocket connectChannel(Address address) throws IOException {
        return open(
                SocketChannel.open(new InetSocketAddress("localhost", address.port()))
                        .socket(),
                address);
    }

    private static RawSocket open(Socket socket, Address address) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        RawSocket raw = new RawSocket(socket);
        raw.out.write(upgrade(address));
        String status = raw.line();
        if (!status.contains(" 101 ")) {
            socket.close();
            throw new IOException("the server answered " + status);
        }
        while (!raw.line().isEmpty()) {
            // headers
        }
        return raw;
    }

    /** The request that makes a connection a WebSocket. */
    static byte[] upgrade(Address address) {
        return ("GET /ws HTTP/1.1\r\nHost: localhost:" + address.port() + "\r\nAuthorization: Bearer " + address.token()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A text frame of a client's. */
    static ByteBuffer textFrame(String text) {
        return frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The answer to a ping. */
    static ByteBuffer pongFrame(byte[] payload) {
        return frame(PONG, payload);
    }

    static boolean isPing(int first) {
        return first == PING;
    }

    static boolean isControl(int first) {
        return (first & CONTROL) != 0;
    }

    private static ByteBuffer frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
        if (payload.length < TWO_BYTES) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (MASKED | TWO_BYTES)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | EIGHT_BYTES)).putLong(payload.length);
        }
        return frame.putInt(0).put(payload).flip(); // a mask of zeros leaves the payload as it is
    }

    /** A read that waits longer fails with a {@link java.net.SocketTimeoutException}, and the connection is of no more use. */
    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
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

    void send(String text) throws IOException {
        send(textFrame(text));
    }

    /** Sends a frame of any kind; {@code first} is its first byte. */
    void send(int first, byte[] payload) throws IOException {
        send(frame(first, payload));
    }

    private void send(ByteBuffer frame) throws IOException {
        out.write(frame.array(), 0, frame.limit());
    }

    /** Waits for the next message and tells how many bytes of it are to be read. */
    int header() throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            int length = length();
            if (!isControl(first)) {
                return length;
            }
            byte[] payload = in.readNBytes(length);
            if (isPing(first)) {
                send(pongFrame(payload));
            }
        }
    }

    private int length() throws IOException {
        int second = in.readUnsignedByte() & 0x7F;
        long length = second < TWO_BYTES ? second : second == TWO_BYTES ? in.readUnsignedShort() : in.readLong();
        return Math.toIntExact(length);
    }

    /** The next message, put together if it comes in pieces, or close. */
    Message next() throws IOException {
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        int opCode = CONTINUATION;
        while (true) {
            int first = in.readUnsignedByte();
            byte[] payload = in.readNBytes(length());
            int code = first & OP_CODE;
            if (code == CLOSE) {
                return new Message(code, payload);
            }
            if (isPing(first)) {
                send(pongFrame(payload));
            } else if (!isControl(first)) {
                opCode = code == CONTINUATION ? opCode : code;
                if ((first & FIN) != 0 && pieces.size() == 0) {
                    return new Message(opCode, payload);
                }
                pieces.writeBytes(payload);
                if ((first & FIN) != 0) {
                    return new Message(opCode, pieces.toByteArray());
                }
            }
        }
    }

    /** The channel under it. */
    SocketChannel channel() {
        return socket.getChannel();
    }

    /** What has come by now and was not read, to go on with the channel behind it. */
    byte[] rest() throws IOException {
        return in.readNBytes(in.available());
    }

    /** A message's bytes, behind its {@link #header}. */
    DataInputStream payload() {
        return in;
    }

    /** Waits for the next message. */
    String message() throws IOException {
        return new String(in.readNBytes(header()), StandardCharsets.UTF_8);
    }

    /** Passes over messages up to one of a type. */
    String until(String type) throws IOException {
        String wanted = "{\"type\":\"" + type + "\"";
        String message = message();
        while (!message.startsWith(wanted)) {
            if (message.startsWith("{\"type\":\"error\"")) {
                throw new IOException(message);
            }
            message = message();
        }
        return message;
    }

    /** Creates a project and tells its id. */
    String create(String directory) throws IOException {
        send("{\"type\":\"project_create\",\"data\":{\"path\":\"" + directory + "\"}}");
        String state = until("project_state");
        int id = state.indexOf("\"id\":\"") + 6;
        return state.substring(id, id + 36);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
