package dev.switchboard.websocket.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that does just what a test says, also what no client should. */
final class RawClient implements AutoCloseable {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private final Socket socket;
    private final int port;
    final DataInputStream in;
    final OutputStream out;

    /** A frame as it came. */
    record Frame(int opCode, boolean fin, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        CloseReason close() {
            if (opCode != CLOSE) {
                throw new AssertionError("not a close frame: " + opCode + " " + text());
            }
            int code = ByteBuffer.wrap(payload).getShort() & 0xFFFF;
            return new CloseReason(code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
        }
    }

    RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBuffer bytes that the system takes in without being read; 0 leaves it to the system */
    RawClient(int port, int receiveBuffer) throws IOException {
        this(new Socket(), port, receiveBuffer);
    }

    /** @param socket not connected yet */
    RawClient(Socket socket, int port, int receiveBuffer) throws IOException {
        this.socket = socket;
        this.port = port;
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Sends a handshake and returns the head of the answer; fails unless it is accepted. */
    String upgrade(String path, String... headers) throws IOException {
        String head = ask(path, headers);
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(head);
        }
        return head;
    }

    /** Sends a handshake and returns the head of the answer, whatever it is. */
    String ask(String path, String... headers) throws IOException {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        boolean host = false;
        for (String header : headers) {
            request.append(header).append("\r\n");
            host |= header.startsWith("Host:");
        }
        if (!host) {
            request.append("Host: localhost:").append(port).append("\r\n");
        }
        out.write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        return readHead();
    }

    String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException(head.toString(StandardCharsets.US_ASCII));
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    void text(String text) throws IOException {
        send(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
    }

    void close(int code) throws IOException {
        send(CLOSE, true, new byte[] {(byte) (code >> 8), (byte) code});
    }

    void send(int opCode, boolean fin, byte[] payload) throws IOException {
        out.write(head(opCode, fin, payload.length));
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= (byte) (i % 4 + 1);
        }
        out.write(masked);
    }

    /** A header with the mask 1, 2, 3, 4. */
    static byte[] head(int opCode, boolean fin, long length) {
        ByteBuffer head = ByteBuffer.allocate(14).put((byte) (opCode | (fin ? 0x80 : 0)));
        if (length < 126) {
            head.put((byte) (0x80 | length));
        } else if (length <= 0xFFFF) {
            head.put((byte) 0xFE).putShort((short) length);
        } else {
            head.put((byte) 0xFF).putLong(length);
        }
        head.put(new byte[] {1, 2, 3, 4});
        byte[] bytes = new byte[head.position()];
        head.flip().get(bytes);
        return bytes;
    }

    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        return new Frame(first & 0xF, first > 127, payload);
    }

    /** The next frame that is no ping. */
    Frame readData() throws IOException {
        Frame frame = read();
        while (frame.opCode() == PING) {
            frame = read();
        }
        return frame;
    }

    /** Sends nothing more, and goes on reading. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
