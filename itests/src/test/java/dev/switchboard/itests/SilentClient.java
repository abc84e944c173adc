package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A WebSocket client that reads and never says a word, not even a pong. */
final class SilentClient implements AutoCloseable {
    private static final int TEXT = 1;
    private static final int PATIENCE_MS = 60_000;

    private final Socket socket;
    private final DataInputStream in;

    SilentClient(Server server) throws IOException {
        socket = new Socket("localhost", server.port());
        socket.setSoTimeout(PATIENCE_MS);
        in = new DataInputStream(socket.getInputStream());
        String key = Base64.getEncoder().encodeToString(new byte[16]);
        String request = "GET /ws HTTP/1.1\r\nHost: localhost:" + server.port()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + key
                + "\r\nAuthorization: Bearer " + server.token() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String answer = head();
        assertTrue(answer.startsWith("HTTP/1.1 101"), answer);
    }

    private String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            head.write(in.readUnsignedByte());
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** Reads up to a frame of a type. */
    JsonNode until(String type) throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0x0F;
            int size = in.readUnsignedByte() & 0x7F;
            byte[] payload = new byte[size < 126 ? size : size == 126 ? in.readUnsignedShort() : (int) in.readLong()];
            in.readFully(payload);
            if (opcode == TEXT) {
                JsonNode frame = Client.JSON.readTree(payload);
                if (frame.get("type").asText().equals(type)) {
                    return frame;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
