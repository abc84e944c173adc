package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients have to do with each other, and what is left of them when they have gone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class IsolationIT {
    private static final int DEPARTURES = 200;
    private static final String PAGE = "{\"type\":\"get_messages\",\"data\":{\"limit\":1000}}";

    @TempDir
    static Path directory;

    private final List<String> projects = new ArrayList<>();
    private Server server;

    /** Does things and looks at figures; joins nothing. */
    private Client observer;

    @BeforeAll
    void start() throws Exception {
        server = new Server(directory.resolve("data"))
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .set("LIMITS_REQUESTS_PER_SECOND", "0")
                .start();
        observer = server.connect();
        for (int i = 0; i < 3; i++) {
            Path path = Files.createDirectories(directory.resolve("projects/p" + i));
            projects.add(observer.create(path.toString()));
        }
    }

    @AfterAll
    void stop() throws Exception {
        try {
            for (String project : projects) {
                delete(project);
            }
            observer.close();
            Server.await(
                    "no process of an agent is left",
                    20,
                    () -> server.agentProcesses().isEmpty());
        } finally {
            server.close();
        }
    }

    /** Deletes a project as soon as no run that somebody left behind is active. */
    private void delete(String project) throws Exception {
        JsonNode answer;
        do {
            TimeUnit.MILLISECONDS.sleep(20);
            observer.send("project_delete", project);
            answer = observer.until(frame -> List.of("project_deleted", "error").contains(Frames.type(frame)));
        } while (Frames.code(answer).equals("PROCESS_ACTIVE"));
        assertEquals("project_deleted", Frames.type(answer), answer::toString);
    }

    private static String request(String type, String project) {
        return "{\"type\":\"" + type + "\",\"project_id\":\"" + project + "\"}";
    }

    private static void join(Wire wire, String project) throws Exception {
        wire.text(request("project_join", project));
        while (!wire.message().startsWith("{\"type\":\"project_joined\"")) {
            // the state, and the first of two acknowledgements
        }
    }

    private Wire joined(int project) throws Exception {
        Wire wire = Wire.connect(server);
        join(wire, projects.get(project));
        return wire;
    }

    /** Messages, byte for byte, until so many runs were over. */
    private static List<String> messages(Wire wire, int runs) throws Exception {
        List<String> messages = new ArrayList<>();
        int over = 0;
        while (over < runs) {
            String message = wire.message();
            messages.add(message);
            over += message.startsWith("{\"type\":\"project_state\"") && message.contains("\"state\":\"IDLE\"") ? 1 : 0;
        }
        return messages;
    }

    private static void assertSilence(Wire wire) throws Exception {
        wire.text("{\"type\":\"hello\"}");
        String answer = wire.message();
        assertTrue(answer.startsWith("{\"type\":\"hello\""), answer);
    }

    @Test
    @DisplayName(
            "C1 M2 two on one project see the same bytes, one that has not joined none, one on three tells them apart")
    void keepsProjectsApart() throws Exception {
        try (Wire first = joined(0);
                Wire second = joined(0);
                Wire third = joined(1);
                Wire fourth = joined(2);
                Wire all = joined(0);
                Wire stranger = Wire.connect(server);
                Client requester = server.connect()) {
            join(all, projects.get(1));
            join(all, projects.get(2));
            for (int i = 0; i < 3; i++) {
                requester.execute(projects.get(i), "[[say text=\"mark " + i + " é🇨🇭\"]] [[slow lines=20 every=5ms]]");
            }
            List<String> shown = messages(first, 1);
            assertEquals(shown, messages(second, 1));
            List<List<String>> each = List.of(shown, messages(third, 1), messages(fourth, 1));
            List<String> together = messages(all, 3);
            for (int i = 0; i < 3; i++) {
                String project = "\"project_id\":\"" + projects.get(i) + "\"";
                List<String> own = each.get(i);
                assertTrue(own.stream().allMatch(message -> message.contains(project)), own::toString);
                assertEquals(
                        own,
                        together.stream()
                                .filter(message -> message.contains(project))
                                .toList());
                String mark = "mark " + i + " é🇨🇭";
                assertTrue(own.stream().anyMatch(message -> message.contains(mark)), own::toString);
                assertTrue(own.size() > 20, own::toString);
            }
            assertEquals(each.stream().mapToInt(List::size).sum(), together.size());
            for (Wire wire : List.of(first, second, third, fourth, all, stranger)) {
                assertSilence(wire);
            }
        }
    }

    /** Figures that have to be the same before and after. */
    private record Figures(int connections, List<Integer> subscribers, long sockets, String objects) {}

    private Figures figures() throws Exception {
        observer.send("health", Client.data());
        JsonNode health = observer.until("health_status").get("data");
        List<Integer> subscribers = new ArrayList<>();
        observer.send("project_list", Client.data());
        for (JsonNode project : observer.until("project_list").get("data").get("projects")) {
            subscribers.add(project.get("metadata").get("subscriber_count").asInt());
        }
        ServerProcess process = new ServerProcess(server);
        return new Figures(
                health.get("connections").get("active").asInt(), subscribers, process.sockets(), process.objects());
    }

    /** The figures once they do what is wanted, or what they are after a while. */
    private Figures settled(Predicate<Figures> wanted) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Figures now = figures();
        while (!wanted.test(now) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(200);
            now = figures();
        }
        return now;
    }

    /** The figures when they have stopped changing, or after some tries. */
    private Figures steady() throws Exception {
        Figures before = figures();
        Figures now = figures();
        for (int i = 0; i < 20 && !now.equals(before); i++) {
            before = now;
            now = figures();
        }
        return now;
    }

    @Test
    @DisplayName(
            "C3 of two hundred that leave in every bad way nothing is left: connections, subscriptions, sockets, objects")
    void leavesNothing() throws Exception {
        Way[] ways = Way.values();
        for (Way way : ways) {
            leave(way);
        }
        // What a server that has served one of each has anyway, with one connection.
        List<Integer> none = List.of(0, 0, 0);
        settled(now -> now.connections() == 1 && now.subscribers().equals(none));
        Figures before = settled(steady()::equals);
        assertEquals(new Figures(1, none, before.sockets(), before.objects()), before);
        long descriptors = new ServerProcess(server).descriptors();
        for (int i = 0; i < DEPARTURES; i++) {
            leave(ways[i % ways.length]);
        }
        assertEquals(before, settled(before::equals));
        long now = new ServerProcess(server).descriptors();
        assertTrue(now <= descriptors + 5, "descriptors: " + descriptors + " before, " + now + " now");
    }

    /** How somebody leaves. */
    private enum Way {
        CLOSE_FRAME,
        RESET,
        HALF_CLOSE,
        IN_MID_FRAME,
        IN_MID_HANDSHAKE,
        BEHIND_THE_HANDSHAKE,
        IN_A_FLOOD,
        JOINED_TO_THREE,
        UNAUTHENTICATED,
        WITH_A_RUN_ASKED_FOR,
        WITHOUT_READING
    }

    private void leave(Way way) throws Exception {
        switch (way) {
            case CLOSE_FRAME -> {
                try (Wire wire = joined(0)) {
                    wire.frame(Wire.CLOSE, new byte[] {3, (byte) 0xe8});
                    assertEquals(1000, wire.closeCode());
                }
            }
            case RESET -> joined(1).reset();
            case HALF_CLOSE -> {
                try (Wire wire = joined(2)) {
                    wire.halfClose();
                    wire.closeCode();
                }
            }
            case IN_MID_FRAME -> {
                try (Wire wire = joined(0)) {
                    wire.raw(new byte[] {(byte) 0x81, (byte) 0xfe, 3, (byte) 0xe8, 0, 0, 0, 0, '{', '"'});
                }
            }
            case IN_MID_HANDSHAKE -> {
                try (Wire wire = Wire.dial(server)) {
                    String whole = Wire.handshake(server, "?token=" + server.token());
                    wire.raw(whole.substring(0, whole.length() - 9).getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            case BEHIND_THE_HANDSHAKE -> {
                Wire wire = Wire.dial(server);
                wire.raw(Wire.handshake(server, "?token=" + server.token()).getBytes(StandardCharsets.ISO_8859_1));
                wire.reset();
            }
            case IN_A_FLOOD -> leaveAFlood();
            case JOINED_TO_THREE -> {
                Wire wire = joined(0);
                join(wire, projects.get(1));
                join(wire, projects.get(2));
                wire.reset();
            }
            case UNAUTHENTICATED -> {
                try (Wire wire = Wire.connect(server, "")) {
                    wire.text(request("project_join", projects.get(0)));
                    assertTrue(wire.message().contains("UNAUTHORIZED"));
                }
            }
            case WITH_A_RUN_ASKED_FOR -> {
                Wire wire = Wire.connect(server);
                wire.text("{\"type\":\"execute\",\"project_id\":\"" + projects.get(1)
                        + "\",\"data\":{\"prompt\":\"hi\"}}");
                wire.reset();
            }
            default -> {
                Wire wire = joined(0);
                for (int i = 0; i < 3; i++) {
                    wire.text(PAGE);
                }
                wire.reset();
            }
        }
    }

    private void leaveAFlood() throws Exception {
        Wire wire = joined(0);
        try (Client requester = server.connect()) {
            requester.execute(projects.get(0), "[[flood lines=1000 bytes=1000]]");
            while (!wire.message().startsWith("{\"type\":\"agent_message\"")) {
                // the run begins
            }
            wire.reset();
            List<JsonNode> frames = requester.run();
            assertFalse(frames.isEmpty());
        }
    }
}
