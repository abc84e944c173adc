package dev.switchboard.console.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleResourceTest {
    static final List<String> FILES = ConsoleResource.FILES;

    private final ConsoleResource resource = new ConsoleResource();

    private HttpReply ask(String method, String path, Map<String, String> headers) {
        return resource.handle(new HttpQuery(method, path, Map.of(), headers, "127.0.0.1", Optional.empty()));
    }

    private HttpReply get(String path) {
        return ask("GET", path, Map.of());
    }

    private static String text(HttpReply reply) {
        return new String(reply.body().toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("D6 it is at the root, for everybody who calls the server by its name")
    void isAtTheRoot() {
        assertEquals("/", resource.path());
        assertEquals(HttpAccess.open(), resource.access());
        HttpReply page = get("/");
        assertEquals(200, page.status());
        assertTrue(text(page).startsWith("<!doctype html>"));
        assertArrayEquals(page.body().toBytes(), get("/index.html").body().toBytes());
    }

    @ParameterizedTest
    @FieldSource("FILES")
    @DisplayName("D6 C5 every file has its type, a strict policy, and may be kept but not used unasked")
    void servesFiles(String name) {
        HttpReply reply = get("/" + name);
        assertEquals(200, reply.status());
        String type = Map.of(
                        "html", "text/html; charset=utf-8",
                        "css", "text/css; charset=utf-8",
                        "js", "text/javascript; charset=utf-8",
                        "svg", "image/svg+xml")
                .get(name.substring(name.lastIndexOf('.') + 1));
        assertEquals(type, reply.contentType());
        assertEquals("no-cache", reply.headers().get("Cache-Control"));
        assertEquals("same-origin", reply.headers().get("Cross-Origin-Opener-Policy"));
        assertTrue(reply.body().size() > 0);
        List<String> policy =
                Arrays.asList(reply.headers().get("Content-Security-Policy").split("; "));
        assertEquals(
                List.of(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "img-src 'self' data:",
                        "connect-src 'self'",
                        "base-uri 'none'",
                        "form-action 'none'",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'",
                        "trusted-types 'none'"),
                policy);
    }

    @Test
    @DisplayName("D6 each content has a tag of its own")
    void tagsDiffer() {
        Set<String> tags = new HashSet<>();
        FILES.forEach(name -> tags.add(get("/" + name).headers().get("ETag")));
        assertEquals(FILES.size(), tags.size());
        assertTrue(tags.stream().allMatch(tag -> tag.matches("\"[0-9a-f]{32}\"")), tags.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"TAG|304", "W/TAG|304", "\"other\", TAG|304", "*|304", "\"other\"|200", "TA|200", "''|200"})
    @DisplayName("D6 what has not changed is not sent again")
    void sendsOnce(String header, int status) {
        HttpReply first = get("/main.js");
        String tag = first.headers().get("ETag");
        HttpReply again = ask("GET", "/main.js", Map.of("if-none-match", header.replace("TAG", tag)));
        assertEquals(status, again.status());
        assertEquals(first.body().size(), again.body().size()); // which the edge does not send with 304
        assertEquals(first.headers(), again.headers());
    }

    @Test
    @DisplayName("D6 HEAD is answered like GET: it is the edge that leaves the body out")
    void answersHead() {
        HttpReply head = ask("HEAD", "/theme.css", Map.of());
        HttpReply get = get("/theme.css");
        assertEquals(get.status(), head.status());
        assertEquals(get.headers(), head.headers());
        assertEquals(get.body().size(), head.body().size());
    }

    @ParameterizedTest
    @DisplayName("D6 C5 every other path is 404, however it is written: no path is the name of a file")
    @ValueSource(
            strings = {
                "",
                "/nothing",
                "/favicon.ico",
                "/MAIN.JS",
                "/main.js/",
                "//main.js",
                "/./main.js",
                "/../main.js",
                "/web/main.js",
                "/../web/main.js",
                "/../ConsoleResource.class",
                "/ConsoleResource.class",
                "/../../../../../META-INF/MANIFEST.MF",
                "/META-INF/MANIFEST.MF",
                "/..\\main.js",
                "/%6dain.js",
                "/main.js\0",
                "/main.js;a=b",
                "/etc/passwd",
                "/../../../../../../etc/passwd"
            })
    void servesNothingElse(String path) {
        HttpReply reply = get(path);
        assertEquals(404, reply.status());
        assertEquals("there is nothing at this path\n", text(reply));
        assertEquals(Map.of(), reply.headers());
    }

    @Test
    @DisplayName("D6 a query makes no difference")
    void ignoresTheQuery() {
        HttpReply reply = resource.handle(
                new HttpQuery("GET", "/", Map.of("x", List.of("../main.js")), Map.of(), "127.0.0.1", Optional.empty()));
        assertEquals(text(get("/")), text(reply));
        assertNotEquals(text(get("/main.js")), text(reply));
    }
}
