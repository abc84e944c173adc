package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Prometheus that looks after one server, configured as the page on monitoring says, over TLS and with a token. */
final class Prometheus implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final Path console;
    private final int port;

    private Prometheus(Process process, Path console, int port) {
        this.process = process;
        this.console = console;
        this.port = port;
    }

    /** @param directory for all that it writes */
    static Prometheus start(Server server, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path token = Files.writeString(directory.resolve("token"), server.token());
        Map<String, String> ours = Map.of(
                "/etc/prometheus/switchboard-cert.pem",
                server.dataDir().resolve("tls/cert.pem").toString(),
                "/etc/prometheus/switchboard-token",
                token.toString(),
                "agents.example.org:8443",
                "localhost:" + server.port(),
                "/etc/prometheus/switchboard-alerts.yml",
                MonitoringPages.ALERTS.toRealPath().toString());
        String configuration = "global:\n  scrape_interval: 1s\n\n" + MonitoringPages.configuration();
        for (Map.Entry<String, String> entry : ours.entrySet()) {
            assertTrue(configuration.contains(entry.getKey()), entry.getKey() + " is not in\n" + configuration);
            configuration = configuration.replace(entry.getKey(), entry.getValue());
        }
        Path file = Files.writeString(directory.resolve("prometheus.yml"), configuration);
        Path console = directory.resolve("console.txt");
        int port = freePort();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + directory.resolve("series"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
        return new Prometheus(process, console, port);
    }

    /** Prometheus cannot pick one by itself. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Waits until it has had the server's metrics a few times. */
    void awaitScrapes(int times) throws InterruptedException {
        Server.await("Prometheus has scraped " + times + " times", PATIENCE_SECONDS, () -> {
            if (!process.isAlive()) {
                fail("Prometheus has ended:\n" + console());
            }
            try {
                JsonNode scraped = query("sum_over_time(up{job=\"switchboard\"}[1h])");
                return scraped.size() == 1 && scraped.get(0).at("/value/1").asDouble() >= times;
            } catch (IOException e) {
                return false; // it does not listen yet
            }
        });
    }

    /** What a query finds just now. */
    JsonNode query(String query) throws IOException {
        return get("/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .get("result");
    }

    /** How many alerts it knows, which it has no trouble with. */
    int rules() throws IOException {
        int healthy = 0;
        for (JsonNode group : get("/rules").get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                assertTrue(rule.path("lastError").asText().isEmpty(), rule::toString);
                healthy++;
            }
        }
        return healthy;
    }

    private JsonNode get(String path) throws IOException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                    .build();
            JsonNode answer = Client.JSON.readTree(
                    HTTP.send(request, BodyHandlers.ofString()).body());
            assertEquals("success", answer.path("status").asText(), () -> path + ": " + answer);
            return answer.get("data");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private String console() {
        try {
            return Files.readString(console);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
