package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files in the distribution's {@code service/}, as far as they can be tried without the machine that they are for. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ServiceFilesIT {
    private static final Path SERVICE = Distribution.home().resolve("service");
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    private final AtomicInteger asked = new AtomicInteger();
    /** After so many questions it is ready. */
    private volatile int readyAfter;

    private HttpServer http;

    @BeforeEach
    void serve() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(asked.incrementAndGet() > readyAfter ? 200 : 503, -1);
            exchange.close();
        });
        http.start();
    }

    @AfterEach
    void stop() {
        http.stop(0);
    }

    private String url() {
        return "http://localhost:" + http.getAddress().getPort();
    }

    private int health(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(SERVICE.resolve("health.sh").toString()));
        command.addAll(List.of(arguments));
        return run(command).status();
    }

    private Server.Outcome run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), () -> String.join(" ", command));
        return new Server.Outcome(process.exitValue(), Files.readString(output));
    }

    @Test
    @DisplayName(
            "D2 the health script tells by its exit status whether the server is ready, and waits if it is told to")
    void health() throws Exception {
        assertEquals(0, health(url()));
        assertEquals(0, health(url() + "/"));
        readyAfter = Integer.MAX_VALUE;
        assertEquals(1, health(url()));
        assertEquals(1, health("--wait", "1", url()));
        asked.set(0);
        readyAfter = 1;
        assertEquals(0, health("--wait", "20", url()));
        assertEquals(2, asked.get());
        http.stop(0);
        assertEquals(1, health(url()));
        for (List<String> wrong : List.of(
                List.of("--wait"), List.of("--wait", "soon", url()), List.of("localhost"), List.of(url(), url()))) {
            assertEquals(64, health(wrong.toArray(String[]::new)), wrong::toString);
        }
    }

    @Test
    @DisplayName("D2 systemd finds nothing wrong with the unit, and the unit leaves agents alone")
    void systemd() throws Exception {
        SystemTool.assume("systemd-analyze", "--version");
        String unit = Files.readString(SERVICE.resolve("systemd/switchboard.service"));
        assertTrue(unit.contains("\nKillMode=process\n"));
        // With a mount over a part of /proc the kernel gives no PID namespace to who is not root.
        for (String overProc :
                List.of("ProtectKernelTunables", "ProtectKernelLogs", "ProtectHostname", "ProtectProc")) {
            assertFalse(unit.contains("\n" + overProc + "="), overProc);
        }
        Path copy = directory.resolve("switchboard.service");
        Files.writeString(
                copy, unit.replace("/opt/switchboard", Distribution.home().toString()));
        Server.Outcome outcome = run(List.of("systemd-analyze", "verify", "--man=no", copy.toString()));
        assertEquals(new Server.Outcome(0, ""), outcome);
    }

    @Test
    @DisplayName("D2 the property list for launchd is one, and leaves agents alone")
    void launchd() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        String text = factory.newDocumentBuilder()
                .parse(SERVICE.resolve("launchd/dev.switchboard.plist").toFile())
                .getDocumentElement()
                .getTextContent()
                .replaceAll("\\s+", " ");
        assertTrue(text.contains("AbandonProcessGroup"), text);
        assertTrue(text.contains("/bin/switchboard run "), text);
    }

    @Test
    @DisplayName("D2 D4 shellcheck finds nothing in any script")
    void scripts() throws Exception {
        SystemTool.assume("shellcheck", "--version");
        List<String> command = new ArrayList<>(List.of("shellcheck", "--external-sources", "--source-path=SCRIPTDIR"));
        command.add(ROOT.resolve("switchboard").toString());
        for (String below : List.of(
                ".ci",
                "agent-mock/src/main",
                "bundles/process/src/main/resources",
                "karaf-distribution/src/main/resources")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(below))) {
                files.filter(Files::isRegularFile)
                        .filter(ServiceFilesIT::isScript)
                        .forEach(file -> command.add(file.toString()));
            }
        }
        assertTrue(command.size() > 20, command::toString);
        Server.Outcome outcome = run(command);
        assertEquals(0, outcome.status(), outcome::output);
    }

    private static boolean isScript(Path file) {
        if (file.toString().endsWith(".sh")) {
            return true;
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().orElse("").matches("#!.*sh");
        } catch (IOException | java.io.UncheckedIOException e) {
            return false; // not text
        }
    }
}
