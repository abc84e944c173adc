package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A server's health over WebSocket, HTTP and the shell, which have to say the same. */
final class HealthViews implements AutoCloseable {
    /** A sample is ten seconds old at most, and a busy machine takes its time. */
    private static final long PATIENCE_SECONDS = 60;

    private final Server server;
    private final Shell shell;
    private final Client client;
    private final HttpClient http = HttpClient.newHttpClient();

    HealthViews(Server server) throws Exception {
        this.server = server;
        this.shell = new Shell(server);
        this.client = server.connect();
    }

    /** Waits until a check has a status, and compares what the three ways say then. */
    JsonNode await(String check, String status) throws Exception {
        return await(
                check + " " + status,
                health -> health.at("/checks/" + check + "/status").asText().equals(status));
    }

    /** Waits until the whole has a status, and compares what the three ways say then. */
    JsonNode await(String status) throws Exception {
        return await(status, health -> health.get("status").asText().equals(status));
    }

    /** Waits until something is so, and compares what the three ways say then. */
    JsonNode await(String what, Predicate<JsonNode> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        JsonNode health = ask();
        while (System.nanoTime() < deadline) {
            if (condition.test(health) && isSameEverywhere(health)) {
                return health;
            }
            TimeUnit.MILLISECONDS.sleep(100);
            health = ask();
        }
        return fail("it is not " + what + ": " + health);
    }

    private JsonNode ask() throws Exception {
        client.send("health_check", Client.data());
        return client.until("health_check").get("data");
    }

    /** Whether all ways were asked while one sample was the last; if so, they have said the same. */
    private boolean isSameEverywhere(JsonNode health) throws Exception {
        Shell.Outcome told = shell.run("switchboard:health --json");
        int ready = status("/health/ready");
        int live = status("/health/live");
        if (!ask().get("timestamp").equals(health.get("timestamp"))) {
            return false;
        }
        JsonNode document = told.document();
        assertEquals(health.get("timestamp"), document.get("timestamp"));
        assertEquals(health.get("status"), document.get("status"));
        assertEquals(health.get("checks"), document.get("checks"));
        boolean serves = !health.get("status").asText().equals("unhealthy");
        assertEquals(serves ? 0 : 1, told.status(), told.out());
        assertEquals(serves ? 200 : 503, ready);
        assertEquals(200, live);
        return true;
    }

    private int status(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(server.http(path)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Override
    public void close() throws Exception {
        client.close();
    }
}
