package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A project on which requests race, its clients, and every record that they were shown. */
final class Arena implements AutoCloseable {
    private final Server server;
    private final String project;
    private final List<Client> clients = new ArrayList<>();
    private final TreeMap<Long, JsonNode> shown = new TreeMap<>();

    /**
     * @param directory the project's, which is made
     * @param joined clients that join
     * @param others clients that do not
     */
    Arena(Server server, Path directory, int joined, int others) throws Exception {
        this.server = server;
        clients.add(server.connect());
        project = clients.get(0).create(Files.createDirectories(directory).toString());
        for (int i = 1; i < joined + others; i++) {
            clients.add(server.connect());
        }
        for (Client client : clients.subList(0, joined)) {
            client.join(project);
        }
    }

    Server server() {
        return server;
    }

    String project() {
        return project;
    }

    /** A client; those who joined come first. */
    Client client(int index) {
        return clients.get(index);
    }

    List<Client> clients() {
        return clients;
    }

    /** The last record that was shown. */
    long last() {
        return shown.isEmpty() ? 0 : shown.lastKey();
    }

    /** A record as it was shown first. */
    JsonNode record(long seq) {
        return shown.get(seq);
    }

    /** What the project was doing as of a record. */
    String stateAt(long seq) {
        return shown.headMap(seq, true).descendingMap().values().stream()
                .map(Frames::state)
                .filter(state -> !state.isEmpty())
                .findFirst()
                .orElse("IDLE");
    }

    /** Frames up to, and with, the first with which there is all that was wanted. */
    static List<JsonNode> hear(Client client, Predicate<List<JsonNode>> all) throws InterruptedException {
        List<JsonNode> frames = new ArrayList<>();
        hear(client, frames, all);
        return frames;
    }

    /** Goes on hearing. */
    static void hear(Client client, List<JsonNode> frames, Predicate<List<JsonNode>> all) throws InterruptedException {
        while (!all.test(frames)) {
            frames.add(client.next());
        }
    }

    /** Frames up to, and with, a record. */
    static List<JsonNode> hearTo(Client client, long seq) throws InterruptedException {
        return hear(
                client,
                frames -> !frames.isEmpty()
                        && frames.get(frames.size() - 1).path("seq").asLong() == seq);
    }

    /** Takes down what one client was shown; what another is shown has to be the same. */
    void show(List<JsonNode> records) {
        Frames.assertFollow(last(), records);
        records.forEach(record -> shown.put(Frames.seq(record), record));
    }

    /** These records, which may be replayed, are what was shown to the others. */
    void assertShown(List<JsonNode> records) {
        for (JsonNode record : records) {
            JsonNode before = shown.get(Frames.seq(record));
            assertNotNull(before, () -> "nobody else was shown " + record);
            for (String field : List.of("type", "project_id", "timestamp", "data")) {
                assertEquals(before.get(field), record.get(field));
            }
        }
    }

    /** What history tells is what was shown, no more and no less. */
    void assertHistoryIsWhatWasShown() throws Exception {
        Client reader = server.connect();
        try (reader) {
            long after = 0;
            boolean more = true;
            while (more) {
                reader.send(
                        "get_messages",
                        project,
                        Client.data().put("after_seq", after).put("limit", 1000));
                JsonNode page = reader.next("get_messages").get("data");
                for (JsonNode item : page.get("messages")) {
                    assertEquals(++after, item.get("seq").asLong());
                    assertSame(shown.get(after), item);
                }
                more = page.get("metadata").get("has_more").asBoolean();
                assertEquals(last(), page.get("metadata").get("last_seq").asLong());
            }
            assertEquals(last(), after);
        }
    }

    /** What history tells of a record is what its frame showed. */
    static void assertSame(JsonNode frame, JsonNode item) {
        JsonNode message = item.get("message");
        assertEquals(frame.get("timestamp"), item.get("timestamp"));
        switch (Frames.type(frame)) {
            case "agent_message" -> assertEquals(frame.get("data"), message.get("content"));
            case "prompt" ->
                assertEquals(
                        frame.get("data").get("prompt"), message.get("content").get("text"));
            default -> {
                assertEquals(frame.get("type"), message.get("type"));
                assertEquals(frame.get("data"), message.get("content"));
            }
        }
    }

    /** Deletes the project. */
    @Override
    public void close() throws Exception {
        try {
            clients.get(0).send("project_delete", project);
            clients.get(0).next("project_deleted");
        } finally {
            clients.forEach(Client::close);
        }
    }
}
