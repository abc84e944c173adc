package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a server's process holds: descriptors and objects. */
final class ServerProcess {
    /** One of each of these per connection or per project that it follows. */
    private static final List<String> CLASSES = List.of(
            "dev.switchboard.gateway.internal.Session",
            "dev.switchboard.gateway.internal.output.Outbox",
            "dev.switchboard.gateway.internal.output.ProjectLane",
            "dev.switchboard.websocket.internal.SocketConnection",
            "dev.switchboard.broadcast.internal.Cursor");

    private static final Pattern ROW = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");

    private final long pid;

    ServerProcess(Server server) throws IOException {
        pid = server.instance().get("pid").asLong();
    }

    /** How many descriptors are open. */
    long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.count();
        }
    }

    /** How many sockets are open. */
    long sockets() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.filter(ServerProcess::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** How many objects there are of those classes, after a collection of garbage. */
    String objects() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains("java.lang.String"), output);
        TreeMap<String, Long> counts = new TreeMap<>();
        CLASSES.forEach(name -> counts.put(name, 0L));
        output.lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .forEach(row -> counts.computeIfPresent(row.group(2), (name, before) -> Long.valueOf(row.group(1))));
        return counts.toString();
    }
}
