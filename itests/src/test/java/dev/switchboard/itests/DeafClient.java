package dev.switchboard.itests;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that reads what comes and never says a word, not even a pong. */
final class DeafClient implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;
    private static final int TEXT = 1;

    private final Socket socket;
    private final DataInputStream in;

    DeafClient(Server server) throws IOException {
        socket = new Socket("localhost", server.port());
        socket.setSoTimeout(PATIENCE_MS);
        String request = "GET /ws HTTP/1.1\r\nHost: localhost:" + server.port() + "\r\nAuthorization: Bearer "
                + server.token() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        in = new DataInputStream(socket.getInputStream());
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\n")) {
            answer.append((char) in.readUnsignedByte());
        }
        if (!answer.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("refused: " + answer);
        }
    }

    /** Passes over frames up to the first message of a type. */
    JsonNode until(String type) throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0x0F;
            int length = in.readUnsignedByte();
            long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            byte[] payload = in.readNBytes((int) size);
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
