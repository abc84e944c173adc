package dev.switchboard.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Has an agent of a running server write a long history, asks for pieces of it over a WebSocket, and prints how long the answers take.
 * Start the server with {@code --demo} and {@code SWITCHBOARD_LIMITS_REQUESTS_PER_SECOND=0}. Usage: {@code Queries <data dir>
 * [records, 1000000] [queries of a kind, 1000]}.
 */
public final class Queries {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANSWER = "{\"type\":\"get_messages\"";
    private static final int LINE_BYTES = 500;
    private static final int AT_ONCE = 100_000;

    private Queries() {}

    /** Runs it once. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println("usage: Queries <data dir> [records, 1000000] [queries of a kind, 1000]");
            System.exit(64);
        }
        Path dataDir = Path.of(arguments[0]);
        int records = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
        int queries = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1000;
        Path directory = Files.createTempDirectory("switchboard-queries");
        try (RawSocket socket = RawSocket.connect(RawSocket.Address.of(dataDir))) {
            String project = socket.create(directory.toString());
            long last = fill(socket, project, records);
            System.out.printf("%,d records%n", last);
            String middle = JSON.readTree(page(socket, project, "\"after_seq\":" + last / 2 + ",\"limit\":1"))
                    .at("/data/messages/0/timestamp")
                    .asText();
            SplittableRandom random = new SplittableRandom(1);
            for (int round = 0; round < 2; round++) { // the first is for the server's compilers
                boolean shown = round > 0;
                measure(socket, project, "the last 100", queries, shown, i -> "\"limit\":100");
                measure(
                        socket,
                        project,
                        "1,000 from anywhere",
                        queries,
                        shown,
                        i -> "\"limit\":1000,\"after_seq\":" + random.nextLong(last - 1000));
                measure(
                        socket,
                        project,
                        "100 by time",
                        queries,
                        shown,
                        i -> "\"limit\":100,\"since\":\"" + middle + "\"");
            }
            socket.send("{\"type\":\"project_delete\",\"project_id\":\"" + project + "\"}");
            socket.until("project_deleted");
        } finally {
            Files.delete(directory);
        }
    }

    /** Has the agent write so many lines, without anybody reading them; tells the last record. */
    private static long fill(RawSocket socket, String project, int records) throws IOException {
        for (int left = records; left > 0; left -= AT_ONCE) {
            String prompt = "[[flood lines=" + Math.min(left, AT_ONCE) + " bytes=" + LINE_BYTES + "]]";
            socket.send("{\"type\":\"execute\",\"project_id\":\"" + project + "\",\"data\":{\"prompt\":\"" + prompt
                    + "\"}}");
            socket.until("execute");
            String state = socket.until("project_state");
            while (state.contains("\"state\":\"EXECUTING\"")) {
                state = socket.until("project_state");
            }
        }
        return JSON.readTree(page(socket, project, "\"limit\":1,\"order\":\"desc\""))
                .at("/data/messages/0/seq")
                .asLong();
    }

    private static String page(RawSocket socket, String project, String query) throws IOException {
        ask(socket, project, query);
        return socket.until("get_messages");
    }

    private static void ask(RawSocket socket, String project, String query) throws IOException {
        socket.send("{\"type\":\"get_messages\",\"project_id\":\"" + project + "\",\"data\":{" + query + "}}");
    }

    /** Waits for the answer's last byte; what a client makes of it is not measured here. */
    private static void passOver(RawSocket socket) throws IOException {
        byte[] wanted = ANSWER.getBytes(StandardCharsets.US_ASCII);
        byte[] payload = socket.next().payload();
        while (payload.length < wanted.length || !Arrays.equals(payload, 0, wanted.length, wanted, 0, wanted.length)) {
            payload = socket.next().payload();
        }
    }

    private static void measure(
            RawSocket socket, String project, String what, int queries, boolean shown, IntFunction<String> query)
            throws IOException {
        Times times = new Times(what + ", asked over the socket");
        for (int i = 0; i < queries; i++) {
            long start = System.nanoTime();
            ask(socket, project, query.apply(i));
            passOver(socket);
            times.add(Times.millisSince(start));
        }
        if (shown) {
            times.print();
        }
    }
}
