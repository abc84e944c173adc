package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends requests to a running server, from one connection and from many, and prints how long an answer takes and what it costs the
 * server. Start it with {@code SWITCHBOARD_LIMITS_REQUESTS_PER_SECOND=0}, and {@code SWITCHBOARD_LIMITS_CONNECTIONS} and
 * {@code …_PER_IP} above the number of connections. Usage: {@code Requests <data dir> [connections, 100] [requests, 200000]
 * [projects, 100]}.
 */
public final class Requests {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RawSocket.Address server;

    private Requests(Path dataDir) throws IOException {
        this.server = RawSocket.Address.of(dataDir);
    }

    /** A request and the type of what answers it. */
    private record Kind(String name, String request, String answer, int requests) {}

    /** Runs it once. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println(
                    "usage: Requests <data dir> [connections, 100] [requests, 200000] [projects, 100] [type, all]");
            System.exit(64);
        }
        int connections = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        int requests = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 200_000;
        int projects = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 100;
        String only = arguments.length > 4 ? arguments[4] : "";
        Path directory = Files.createTempDirectory("switchboard-requests");
        Requests program = new Requests(Path.of(arguments[0]));
        List<String> created = new ArrayList<>();
        try {
            try (RawSocket socket = RawSocket.connect(program.server)) {
                for (int i = 0; i < projects; i++) {
                    created.add(socket.create(
                            Files.createDirectory(directory.resolve("p" + i)).toString()));
                }
            }
            List<Kind> kinds = List.of(
                    new Kind(
                            "project_leave",
                            "{\"type\":\"project_leave\",\"project_id\":\"" + created.get(0) + "\"}",
                            "project_leave",
                            requests),
                    new Kind("health_check", "{\"type\":\"health_check\"}", "health_check", requests),
                    new Kind(
                            "get_messages, none there",
                            "{\"type\":\"get_messages\",\"project_id\":\"" + created.get(0) + "\"}",
                            "get_messages",
                            requests),
                    new Kind(
                            "project_list, " + projects + " projects",
                            "{\"type\":\"project_list\"}",
                            "project_list",
                            requests / 10));
            for (Kind kind : kinds) {
                if (kind.answer().startsWith(only)) {
                    program.measure(kind, connections);
                }
            }
        } finally {
            program.delete(created);
            for (int i = 0; i < projects; i++) {
                Files.deleteIfExists(directory.resolve("p" + i));
            }
            Files.delete(directory);
        }
    }

    private void delete(List<String> projects) throws IOException {
        try (RawSocket socket = RawSocket.connect(server)) {
            for (String project : projects) {
                socket.send("{\"type\":\"project_delete\",\"project_id\":\"" + project + "\"}");
                socket.until("project_deleted");
            }
        }
    }

    private void measure(Kind kind, int connections) throws Exception {
        int requests = kind.requests();
        alone(kind, requests / 20); // the server's compilers have seen it then
        Times times = alone(kind, requests / 20);
        double seconds;
        double cpu;
        try (AskingCrowd crowd = new AskingCrowd(server, connections, kind.request(), kind.answer())) {
            crowd.ask(requests / 5);
            Duration before = server.cpu();
            long start = System.nanoTime();
            crowd.ask(requests);
            seconds = Times.millisSince(start) / 1e3;
            cpu = server.cpu().minus(before).toNanos() / 1e3 / requests;
        }
        times.print();
        System.out.printf(
                "%-58s %.1f µs of server CPU each, %.0f a second%n",
                kind.name() + ", " + connections + " connections", cpu, requests / seconds);
    }

    private Times alone(Kind kind, int requests) throws IOException {
        Times times = new Times(kind.name() + ", one connection");
        try (RawSocket socket = RawSocket.connect(server)) {
            for (int i = 0; i < requests; i++) {
                long start = System.nanoTime();
                socket.send(kind.request());
                socket.until(kind.answer());
                times.add(Times.millisSince(start));
            }
        }
        return times;
    }
}
