package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import dev.switchboard.security.Role;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ResourceRequestsTest {
    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(directory).start();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private HttpResource serve(String path, HttpAccess access, int ranking, Function<HttpQuery, HttpReply> answer) {
        HttpResource resource = new HttpResource() {
            @Override
            public String path() {
                return path;
            }

            @Override
            public HttpAccess access() {
                return access;
            }

            @Override
            public HttpReply handle(HttpQuery query) {
                return answer.apply(query);
            }
        };
        rig.edge.bindResource(resource, Map.of("service.ranking", ranking, "service.id", 7L));
        return resource;
    }

    private HttpResource serve(String path, String text) {
        return serve(path, HttpAccess.open(), 0, query -> HttpReply.text(200, text));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + rig.port() + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private int status(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    @Test
    @DisplayName("D6 a reply that nothing has changed tells the length of what the client has, and does not send it")
    void saysThatNothingChanged() throws Exception {
        HttpReply reply = new HttpReply(
                304, "text/css", Map.of("ETag", "\"1\"", "Cache-Control", "no-cache"), Content.of("body {}"));
        serve("/style.css", HttpAccess.open(), 0, query -> reply);
        HttpResponse<String> response = client.send(
                request("/style.css").header("If-None-Match", "\"1\"").build(), BodyHandlers.ofString());
        assertEquals(304, response.statusCode());
        assertEquals("", response.body());
        assertEquals("\"1\"", response.headers().firstValue("ETag").orElse(""));
        assertEquals("no-cache", response.headers().firstValue("Cache-Control").orElse(""));
        assertEquals("7", response.headers().firstValue("Content-Length").orElse(""));
        assertEquals(
                304,
                client.send(request("/style.css").build(), BodyHandlers.ofString())
                        .statusCode());
    }

    @Test
    @DisplayName("H1 the longest path serves, of equal ones the highest ranking; a path with / serves what is below")
    void dispatch() throws Exception {
        assertEquals(404, get("/").statusCode());
        serve("/", "root");
        serve("/health/live", "live");
        serve("/assets/", "assets");
        HttpResource better = serve("/health/live", HttpAccess.open(), 5, query -> HttpReply.text(200, "better"));
        assertEquals("root", get("/").body());
        assertEquals("root", get("/health").body());
        assertEquals("root", get("/health/live/x").body());
        assertEquals("better", get("/health/live").body());
        assertEquals("assets", get("/assets/a/b").body());
        assertEquals("root", get("/assets").body());
        assertEquals("live", getAfterRemoval(better).body());
    }

    private HttpResponse<String> getAfterRemoval(HttpResource resource) throws Exception {
        rig.edge.unbindResource(resource);
        return get("/health/live");
    }

    @Test
    @DisplayName("H1 GET and HEAD only; HEAD has the same head and no body")
    void methods() throws Exception {
        serve("/x", "text");
        HttpResponse<String> head = client.send(
                request("/x").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        assertEquals("4", head.headers().firstValue("Content-Length").orElseThrow());
        HttpResponse<String> post =
                client.send(request("/x").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());
        assertEquals(405, post.statusCode());
        assertEquals("GET, HEAD", post.headers().firstValue("Allow").orElseThrow());
        assertEquals(404, status(request("/y").DELETE()));
    }

    @Test
    @DisplayName("C5 what the resource is told: no secrets, decoded path and parameters")
    void query() throws Exception {
        AtomicReference<HttpQuery> asked = new AtomicReference<>();
        serve("/a/", HttpAccess.of(Role.VIEWER), 0, query -> {
            asked.set(query);
            return HttpReply.json(200, "{}");
        });
        HttpRequest request = request("/a/b%20c/../d?x=1&x=%C3%BC&token=viewer")
                .header("X-Test", "yes")
                .build();
        assertEquals(200, client.send(request, BodyHandlers.discarding()).statusCode());
        assertEquals("/a/d", asked.get().path());
        assertEquals(Map.of("x", List.of("1", "ü")), asked.get().parameters());
        assertEquals("yes", asked.get().headers().get("x-test"));
        assertFalse(asked.get().headers().containsKey("authorization"));
        assertEquals("127.0.0.1", asked.get().remoteAddress());
        assertEquals("viewer", asked.get().principal().orElseThrow().name());
        assertEquals(200, status(request("/a/").header("Authorization", "Bearer admin")));
        assertFalse(asked.get().headers().containsKey("authorization"));
    }

    @Test
    @DisplayName("C5 roles: 401 without a valid token, 403 with too little, 503 while nobody can tell")
    void roles() throws Exception {
        serve("/admin", HttpAccess.of(Role.ADMIN), 0, query -> HttpReply.text(200, "secret"));
        assertEquals(200, get("/admin?token=admin").statusCode());
        assertEquals(403, get("/admin?token=viewer").statusCode());
        HttpResponse<String> unknown = get("/admin?token=wrong");
        assertEquals(401, unknown.statusCode());
        assertEquals("Bearer", unknown.headers().firstValue("WWW-Authenticate").orElseThrow());
        assertEquals(401, get("/admin").statusCode());
        assertEquals(403, status(request("/admin?token=admin").header("Origin", "http://evil.example.org")));
        rig.edge.unbindGateway(rig.gateway);
        assertEquals(503, get("/admin?token=admin").statusCode());
    }

    @Test
    @DisplayName("H2 a resource may do without a token, but not with a wrong one")
    void optionalToken() throws Exception {
        HttpAccess access = new HttpAccess(Optional.of(Role.VIEWER), true, false);
        serve(
                "/metrics",
                access,
                0,
                query -> HttpReply.text(200, query.principal().isPresent() ? "known" : "unknown"));
        assertEquals("known", get("/metrics?token=viewer").body());
        assertEquals("unknown", get("/metrics").body());
        assertEquals(401, get("/metrics?token=wrong").statusCode());
        rig.edge.unbindGateway(rig.gateway);
        assertEquals("unknown", get("/metrics").body());
        assertEquals(503, get("/metrics?token=viewer").statusCode());
    }

    @Test
    @DisplayName("C5 H1 the Host is checked, but not for probes; and those work without a gateway")
    void hosts() throws Exception {
        serve("/page", HttpAccess.open(), 0, query -> HttpReply.text(200, "page"));
        serve("/health/live", HttpAccess.probe(), 0, query -> HttpReply.text(200, "live"));
        rig.edge.unbindGateway(rig.gateway);
        assertEquals("HTTP/1.1 403", firstLine("/page", "evil.example.org"));
        assertEquals("HTTP/1.1 200", firstLine("/page", "localhost:" + rig.port()));
        assertEquals("HTTP/1.1 200", firstLine("/health/live", "10.1.2.3"));
    }

    private String firstLine(String path, String host) throws Exception {
        try (RawClient raw = new RawClient(rig.port())) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
            raw.out.write(request.getBytes(StandardCharsets.US_ASCII));
            return raw.readHead().substring(0, 12);
        }
    }

    @Test
    @DisplayName("C5 every reply has the security headers; what was asked with a token is kept by nobody")
    void headers() throws Exception {
        serve(
                "/page",
                HttpAccess.open(),
                0,
                query -> new HttpReply(
                        200,
                        "text/html",
                        Map.of("Cache-Control", "max-age=60", "X-Frame-Options", "ALLOW"),
                        Content.of("<p>")));
        HttpResponse<String> page = get("/page");
        assertEquals("nosniff", header(page, "X-Content-Type-Options"));
        assertEquals("DENY", header(page, "X-Frame-Options"));
        assertEquals("no-referrer", header(page, "Referrer-Policy"));
        assertEquals("max-age=60", header(page, "Cache-Control"));
        assertEquals("text/html", header(page, "Content-Type"));
        assertTrue(page.headers().firstValue("Date").isPresent());
        assertTrue(page.headers().firstValue("Server").isEmpty());
        assertEquals("no-store", header(get("/page?token=admin"), "Cache-Control"));
        HttpResponse<String> missing = get("/missing");
        assertEquals("nosniff", header(missing, "X-Content-Type-Options"));
        assertEquals("no-store", header(missing, "Cache-Control"));
        assertEquals("text/plain; charset=utf-8", header(missing, "Content-Type"));
    }

    private static String header(HttpResponse<?> response, String name) {
        return String.join("|", response.headers().allValues(name));
    }

    @Test
    @DisplayName("H1 content of any size, from memory or a file, whole and with its length")
    void content() throws Exception {
        byte[] bytes = new byte[3_000_001];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        Path file = Files.write(directory.resolve("content"), bytes);
        serve(
                "/file",
                HttpAccess.open(),
                0,
                query -> new HttpReply(200, "application/octet-stream", Map.of(), Content.of(file, 0, bytes.length)));
        serve(
                "/memory",
                HttpAccess.open(),
                0,
                query -> new HttpReply(200, "application/octet-stream", Map.of(), Content.of(bytes)));
        serve("/empty", HttpAccess.open(), 0, query -> new HttpReply(204, "text/plain", Map.of(), Content.of("")));
        for (String path : List.of("/file", "/memory")) {
            HttpResponse<byte[]> response = client.send(request(path).build(), BodyHandlers.ofByteArray());
            assertTrue(Arrays.equals(bytes, response.body()), path);
            assertEquals("3000001", header(response, "Content-Length"));
        }
        assertEquals(204, get("/empty").statusCode());
    }

    @Test
    @DisplayName("H3 a resource that fails is 500 with an incident, and says no more")
    void failure() throws Exception {
        serve("/bad", HttpAccess.open(), 0, query -> {
            throw new IllegalStateException("secret");
        });
        HttpResponse<String> response = get("/bad");
        assertEquals(500, response.statusCode());
        assertTrue(response.body().contains("incident"));
        assertFalse(response.body().contains("secret"));
    }

    @Test
    @DisplayName("C1 what is no HTTP is refused in plain words")
    void noHttp() throws Exception {
        try (RawClient raw = new RawClient(rig.port())) {
            raw.out.write("GET / HTTP/1.1\r\nHost: a b\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String head = raw.readHead();
            assertTrue(head.startsWith("HTTP/1.1 400 "), head);
            assertTrue(head.toLowerCase().contains("content-type: text/plain"), head);
            assertFalse(head.toLowerCase().contains("jetty"), head);
        }
    }

    @Test
    @DisplayName("C5 a reply to a request whose body nobody reads closes the connection, and says so; others keep it")
    void closesBehindUnreadBodies() throws Exception {
        serve("/x", "x");
        for (String request : List.of(
                "POST /x HTTP/1.1\r\nContent-Length: 5\r\n",
                "POST /nothing HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
                "GET /x HTTP/1.1\r\nContent-Length: 5\r\n",
                "POST /ws HTTP/1.1\r\nContent-Length: 5\r\n")) {
            String head = head(request);
            assertTrue(head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n"), request + head);
        }
        String head = head("GET /x HTTP/1.1\r\n");
        assertFalse(head.toLowerCase(Locale.ROOT).contains("\r\nconnection:"), head);
    }

    /** The head of the reply to a request whose body does not come. */
    private String head(String request) throws Exception {
        try (RawClient raw = new RawClient(rig.port())) {
            raw.out.write((request + "Host: localhost:" + rig.port() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return raw.readHead();
        }
    }
}
