package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A client that reads on the thread that waits, so that no other thread has to be woken between the server and what is measured. It must
 * read all the time, for nobody else does. For one thread.
 */
final class DirectClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RawSocket socket;

    private DirectClient(RawSocket socket) {
        this.socket = socket;
    }

    /** Connects with the token that the first start left in the server's data directory. */
    static DirectClient connect(Path dataDir) throws IOException {
        return new DirectClient(RawSocket.connect(RawSocket.Address.of(dataDir)));
    }

    /** Creates a project and tells its id. */
    String create(String path) throws IOException {
        return socket.create(path);
    }

    void send(String type, String project) throws IOException {
        socket.send("{\"type\":\"" + type + "\",\"project_id\":\"" + project + "\"}");
    }

    void execute(String project, String prompt) throws IOException {
        socket.send(
                "{\"type\":\"execute\",\"project_id\":\"" + project + "\",\"data\":{\"prompt\":\"" + prompt + "\"}}");
    }

    JsonNode next() throws IOException {
        return JSON.readTree(socket.message());
    }

    /**
     * Passes over frames up to one of a type.
     *
     * @throws IOException if an error comes before
     */
    JsonNode expect(String type) throws IOException {
        return JSON.readTree(socket.until(type));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
