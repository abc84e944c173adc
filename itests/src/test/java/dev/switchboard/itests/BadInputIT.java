package dev.switchboard.itests;

import static dev.switchboard.itests.Answers.answer;
import static dev.switchboard.itests.Answers.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is sent is answered as the protocol says, and the connection that it came over answers the next request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BadInputIT {
    private static final String HUGE = "123456789012345678901234567890";
    private static final String ASTRONOMIC = "1e99999999999999999999";
    private static final String DEEP = "[".repeat(10_000) + "]".repeat(10_000);
    private static final String UNKNOWN = "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001";

    @TempDir
    static Path directory;

    private Server server;
    private String project;
    private Path projectPath;

    @BeforeAll
    void start() throws Exception {
        server = new Server(directory.resolve("data"))
                .set("LIMITS_EXECUTIONS_PER_MINUTE", "0")
                .set("LIMITS_REQUESTS_PER_SECOND", "0")
                .start();
        projectPath = Files.createDirectories(directory.resolve("projects/p"));
        try (Client client = server.connect()) {
            project = client.create(projectPath.toString());
            client.join(project);
            client.execute(project, "hello");
            client.run();
        }
    }

    @AfterAll
    void stop() throws Exception {
        try (Client client = server.connect()) {
            client.send("project_delete", project);
            client.next("project_deleted");
        }
        Server.await(
                "no process of an agent is left",
                20,
                () -> server.agentProcesses().isEmpty());
        server.close();
    }

    private static final String NO_ENVELOPES = """

            {
            }
            {}}
            []
            "x"
            null
            true
            7
            {}
            {"type":null}
            {"type":true}
            {"type":7}
            {"type":[]}
            {"type":{}}
            {"type":""}
            {"data":{}}
            {'type':'hello'}
            {type:"hello"}
            {"type":"hello",}
            {"type":"hello"} x
            {"type":"hello"}{"type":"hello"}
            {"type":"hello"
            {"type":"hello","data":{"a":}}
            {"type":"hello","data":{"a":01}}
            {"type":"hello","data":{"a":+1}}
            {"type":"hello","data":{"a":.5}}
            {"type":"hello","data":{"a":1.}}
            {"type":"hello","data":{"a":NaN}}
            {"type":"hello","data":{"a":Infinity}}
            {"type":"hello","data":{"a":0x10}}
            {"type":"hello","data":{"a":"\\x41"}}
            {"type":"hello","data":{"a":"\\u12"}}
            {"type":"hello","data":{"a":"TAB"}}
            {"type":"hello"/* x */}
            {"type":"hello"} // x
            {"type":"hello","data":[]}
            {"type":"hello","data":"x"}
            {"type":"hello","data":7}
            {"type":"hello","data":true}
            {"type":"hello","data":false}
            {"type":"hello","project_id":7}
            {"type":"hello","project_id":true}
            {"type":"hello","project_id":[]}
            {"type":"hello","project_id":{}}
            {"type":"hello","data":{"project_id":7}}
            {"type":"hello","data":{"project_id":[]}}
            {"type":"hello","request_id":true}
            {"type":"hello","request_id":[]}
            {"type":"hello","request_id":{}}
            """;

    @Test
    @DisplayName("C4 what is not JSON or not an envelope is INVALID_MESSAGE")
    void refusesWhatIsNoEnvelope() throws Exception {
        List<String> rows = new ArrayList<>(
                NO_ENVELOPES.lines().map(row -> row.replace("TAB", "\t")).toList());
        rows.add("{\"type\":\"" + "x".repeat(65) + "\"}");
        rows.add("{\"type\":\"hello\",\"request_id\":\"" + "x".repeat(129) + "\"}");
        rows.add("{\"type\":\"hello\",\"request_id\":" + "1".repeat(129) + "}");
        rows.add("{\"type\":" + HUGE + "}");
        rows.add("{\"type\":" + ASTRONOMIC + "}");
        rows.add("{\"type\":" + DEEP + "}");
        rows.add("{\"type\":\"hello\",\"data\":" + HUGE + "}");
        rows.add("{\"type\":\"hello\",\"data\":" + ASTRONOMIC + "}");
        rows.add("{\"type\":\"hello\",\"data\":" + DEEP + "}");
        rows.add("{\"type\":\"hello\",\"other\":" + DEEP + "}");
        rows.add("{\"type\":\"hello\",\"data\":" + DEEP.replace("[", "{\"a\":").replace("]", "}") + "}");
        rows.add("[".repeat(100_000));
        rows.add("{\"a\":".repeat(100_000));
        rows.add("\u0000");
        rows.add("\u0000{\"type\":\"hello\"}");
        try (Wire wire = Wire.connect(server)) {
            for (String row : rows) {
                assertError(row, answer(wire, row), "INVALID_MESSAGE", "");
            }
        }
    }

    @Test
    @DisplayName(
            "C4 bytes that are no UTF-8 text: UTF-16 and UTF-32 are no JSON, what is no text closes with 1007 or 1003")
    void refusesBytes() throws Exception {
        String hello = "{\"type\":\"hello\"}";
        try (Wire wire = Wire.connect(server)) {
            for (String charset : List.of("UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE")) {
                byte[] bytes = hello.getBytes(Charset.forName(charset));
                assertError(charset, answer(wire, bytes), "INVALID_MESSAGE", "");
            }
        }
        byte[] cut = {'{', (byte) 0xe2, (byte) 0x82, '}'};
        byte[] overlong = {'"', (byte) 0xc0, (byte) 0x80, '"'};
        byte[] surrogate = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
        for (byte[] bytes : List.of(cut, overlong, surrogate, hello.getBytes(StandardCharsets.UTF_16))) {
            try (Wire wire = Wire.connect(server)) {
                wire.frame(Wire.TEXT, bytes);
                assertEquals(1007, wire.closeCode());
            }
        }
        try (Wire wire = Wire.connect(server)) {
            wire.frame(Wire.BINARY, hello.getBytes(StandardCharsets.UTF_8));
            assertEquals(1003, wire.closeCode());
        }
        for (int first : new int[] {0x80, 0x83, 0xf1, 0x8b, 0x09}) {
            // A continuation of nothing, an unknown type, reserved bits, an unknown control frame, a fragmented ping.
            try (Wire wire = Wire.connect(server)) {
                wire.raw(Wire.encode(first, hello.getBytes(StandardCharsets.UTF_8)));
                assertEquals(1002, wire.closeCode(), () -> "frame " + Integer.toHexString(first));
            }
        }
        try (Wire wire = Wire.connect(server)) {
            wire.raw(new byte[] {(byte) 0x81, 2, '{', '}'});
            assertEquals(1002, wire.closeCode(), "not masked");
        }
    }

    @Test
    @DisplayName("C4 the largest message is taken, whole or in pieces; one byte more is MESSAGE_SIZE_LIMIT and 1009")
    void boundsMessages() throws Exception {
        int limit = 1 << 20;
        String start = "{\"type\":\"hello\",\"pad\":\"";
        byte[] largest = (start + "x".repeat(limit - start.length() - 2) + "\"}").getBytes(StandardCharsets.UTF_8);
        try (Wire wire = Wire.connect(server)) {
            assertEquals("hello", answer(wire, largest).get("type").asText());
            wire.fragments(largest, 5000);
            assertEquals("hello", wire.next().get("type").asText());
        }
        for (int size : new int[] {limit + 1, 2 << 20}) {
            byte[] tooLarge = (start + "x".repeat(size - start.length() - 2) + "\"}").getBytes(StandardCharsets.UTF_8);
            for (int piece : new int[] {size, 100_000}) {
                try (Wire wire = Wire.connect(server)) {
                    wire.fragments(tooLarge, piece);
                    JsonNode data = wire.next().get("data");
                    assertEquals("MESSAGE_SIZE_LIMIT", data.get("code").asText());
                    assertEquals(limit, data.get("details").get("limit").asInt());
                    assertEquals(1009, wire.closeCode());
                }
            }
        }
    }

    @Test
    @DisplayName("C4 P1 ids: unknown, malformed, missing, and those of envelope and data that differ")
    void checksIds() throws Exception {
        String other = UNKNOWN;
        try (Wire wire = Wire.connect(server)) {
            for (String type : List.of(
                    "project_join",
                    "project_leave",
                    "project_delete",
                    "execute",
                    "agent_kill",
                    "agent_new_session",
                    "get_messages",
                    "agent_interrupt",
                    "permission_response",
                    "queue_cancel",
                    "session_list",
                    "project_configure")) {
                String start = "{\"type\":\"" + type + "\",\"request_id\":7,";
                String data = "\"prompt\":\"x\",\"execution_id\":\"x\",\"permission_id\":\"x\",\"decision\":\"deny\"";
                Map<String, String> rows = new LinkedHashMap<>();
                rows.put(start + "\"data\":{" + data + "}}", "VALIDATION_FAILED project_id");
                rows.put(
                        start + "\"project_id\":null,\"data\":{\"project_id\":null," + data + "}}",
                        "VALIDATION_FAILED project_id");
                rows.put(start + "\"project_id\":\"\",\"data\":{" + data + "}}", "VALIDATION_FAILED project_id");
                for (String bad : List.of(
                        "x",
                        project + "0",
                        "../" + project.substring(3),
                        "{" + project.substring(2) + "}",
                        project.replace('-', 'g'),
                        "*")) {
                    rows.put(
                            start + "\"project_id\":\"" + bad + "\",\"data\":{" + data + "}}",
                            "VALIDATION_FAILED project_id");
                    rows.put(
                            start + "\"data\":{\"project_id\":\"" + bad + "\"," + data + "}}",
                            "VALIDATION_FAILED project_id");
                }
                rows.put(
                        start + "\"project_id\":\"" + project + "\",\"data\":{\"project_id\":\"" + other + "\"," + data
                                + "}}",
                        "VALIDATION_FAILED project_id");
                rows.put(
                        start + "\"project_id\":\"" + other + "\",\"data\":{\"project_id\":\"" + project + "\"," + data
                                + "}}",
                        "VALIDATION_FAILED project_id");
                rows.put(start + "\"project_id\":\"" + other + "\",\"data\":{" + data + "}}", "PROJECT_NOT_FOUND");
                rows.put(start + "\"data\":{\"project_id\":\"" + other + "\"," + data + "}}", "PROJECT_NOT_FOUND");
                for (Map.Entry<String, String> row : rows.entrySet()) {
                    JsonNode answer = answer(wire, row.getKey());
                    String[] expected = (row.getValue() + " ").split(" ", -1);
                    assertError(row.getKey(), answer, expected[0], expected[1]);
                    assertEquals(7, answer.get("request_id").asInt());
                    JsonNode details = answer.get("data").get("details");
                    assertEquals(type, details.get("message_type").asText());
                    if (expected[0].equals("PROJECT_NOT_FOUND")) {
                        assertEquals(other, details.get("project_id").asText());
                    }
                }
            }
            String twice = "{\"type\":\"get_messages\",\"project_id\":\"" + project + "\",\"data\":{\"project_id\":\""
                    + project.toUpperCase() + "\"}}";
            assertEquals("get_messages", answer(wire, twice).get("type").asText());
        }
    }

    @Test
    @DisplayName("C4 a type that nobody knows is named in the answer")
    void namesUnknownTypes() throws Exception {
        try (Wire wire = Wire.connect(server)) {
            for (String type : List.of(
                    "frobnicate",
                    "EXECUTE",
                    "execute ",
                    " ",
                    "🇨🇭",
                    "\\u0000",
                    "\\ud800",
                    "__proto__",
                    "error",
                    "agent_message")) {
                String row = "{\"type\":\"" + type + "\",\"project_id\":\"" + project + "\"}";
                JsonNode answer = answer(wire, row);
                assertError(row, answer, "VALIDATION_FAILED", "type");
                assertTrue(answer.get("data").get("message").asText().startsWith("unknown message type: "), row);
            }
        }
    }

    @Test
    @DisplayName("C4 each field of each request with each wrong type of JSON: the field is named, nothing is done")
    void checksFields() throws Exception {
        try (Wire wire = Wire.connect(server)) {
            Path free = Files.createDirectories(directory.resolve("free"));
            for (FieldRows.Row row : FieldRows.all(project, free.toString())) {
                JsonNode answer = answer(wire, row.message());
                String named = answer.path("data").path("details").path("field").asText();
                // A part of the field may be named: options.max_turns, types.0.
                boolean part = !row.field().isEmpty() && named.startsWith(row.field() + ".");
                assertError(row.message(), answer, row.code(), part ? named : row.field());
            }
            String list = "{\"type\":\"project_list\"}";
            assertEquals(1, answer(wire, list).get("data").get("total").asInt(), "a project was made");
        }
    }

    private static String create(String path) {
        ObjectNode frame = Client.JSON.createObjectNode().put("type", "project_create");
        frame.putObject("data").put("path", path);
        return frame.toString().replace("\ud800", "\\ud800");
    }

    @Test
    @DisplayName("P1 paths that are no good are refused and say why, the others are kept as they were sent")
    void checksPaths() throws Exception {
        Path base = Files.createDirectories(directory.resolve("paths"));
        Files.createDirectories(projectPath.resolve("inner"));
        Files.createSymbolicLink(base.resolve("link"), projectPath);
        Files.createSymbolicLink(base.resolve("link-inner"), projectPath.resolve("inner"));
        Files.createSymbolicLink(base.resolve("dangling"), base.resolve("nowhere"));
        Files.createSymbolicLink(base.resolve("loop"), base.resolve("loop"));
        Files.createSymbolicLink(base.resolve("etc"), Path.of("/etc"));
        Files.writeString(base.resolve("file"), "x");
        String used = projectPath.toString();
        List<List<String>> rows = List.of(
                List.of("relative", "INVALID_PATH", "absolute"),
                List.of("./x", "INVALID_PATH", "absolute"),
                List.of(" " + used, "INVALID_PATH", "absolute"),
                List.of("-rf", "INVALID_PATH", "absolute"),
                List.of("file://" + used, "INVALID_PATH", "absolute"),
                List.of("../x", "INVALID_PATH", ""),
                List.of("~/x", "INVALID_PATH", "tilde expansion"),
                List.of("~", "INVALID_PATH", "tilde expansion"),
                List.of("~root/x", "INVALID_PATH", "tilde expansion"),
                List.of(base + "/../paths", "INVALID_PATH", "\"..\""),
                List.of(base + "/..", "INVALID_PATH", "\"..\""),
                List.of(base + "/x/../y", "INVALID_PATH", "\"..\""),
                List.of(base + "/a\u0000b", "INVALID_PATH", "control"),
                List.of(base + "/a\nb", "INVALID_PATH", "control"),
                List.of(base + "/a\u001b[31mb", "INVALID_PATH", "control"),
                List.of(base + "/a\u007fb", "INVALID_PATH", "control"),
                List.of(base + "/\ud800", "INVALID_PATH", ""),
                List.of(base + "/missing", "INVALID_PATH", "does not exist"),
                List.of(base + "/dangling", "INVALID_PATH", "does not exist"),
                List.of(base + "/loop", "INVALID_PATH", ""),
                List.of(base + "/file", "INVALID_PATH", "not a directory"),
                List.of(base + "/file/x", "INVALID_PATH", ""),
                List.of(base + "/" + "x".repeat(300), "INVALID_PATH", ""),
                List.of("/", "INVALID_PATH", "root"),
                List.of("//", "INVALID_PATH", "root"),
                List.of("/etc", "INVALID_PATH", "system"),
                List.of("//etc", "INVALID_PATH", "system"),
                List.of("/etc/", "INVALID_PATH", "system"),
                List.of("/./etc", "INVALID_PATH", "system"),
                List.of(base + "/etc", "INVALID_PATH", "system"),
                List.of("/proc/self", "INVALID_PATH", "system"),
                List.of("/usr/lib", "INVALID_PATH", "system"),
                List.of("/dev/shm", "INVALID_PATH", "system"),
                List.of(server.dataDir().toString(), "INVALID_PATH", "server"),
                List.of(server.dataDir().resolve("projects").toString(), "INVALID_PATH", "server"),
                List.of(server.dataDir().getParent().toString(), "INVALID_PATH", "server"),
                List.of(used, "PROJECT_EXISTS", ""),
                List.of(used + "/", "PROJECT_EXISTS", ""),
                List.of(used.replace("/p", "//p"), "PROJECT_EXISTS", ""),
                List.of(used + "/.", "PROJECT_EXISTS", ""),
                List.of(base + "/link", "PROJECT_EXISTS", ""),
                List.of(used + "/inner", "PROJECT_NESTING", ""),
                List.of(base + "/link-inner", "PROJECT_NESTING", ""),
                List.of(projectPath.getParent().toString(), "PROJECT_NESTING", ""));
        try (Wire wire = Wire.connect(server)) {
            for (List<String> row : rows) {
                JsonNode answer = answer(wire, create(row.get(0)));
                String field = row.get(1).equals("INVALID_PATH") ? "path" : "";
                assertError(row.get(0), answer, row.get(1), field);
                String text = answer.get("data").get("message").asText();
                assertTrue(text.contains(row.get(2)), () -> row + ": " + text);
                assertFalse(text.contains(projectPath.getParent().toString()), () -> "shows another path: " + text);
            }
            for (String legal : List.of(
                    "..foo", "foo..", "...", "a b", "\u00e9", "e\u0301", "🇨🇭", "~x", "-rf", "x".repeat(255))) {
                Path path = Files.createDirectories(base.resolve("legal").resolve(legal));
                for (String sent : List.of(path.toString(), path + "/", base + "/legal/./" + legal)) {
                    JsonNode made = answer(wire, create(sent)).get("data");
                    assertEquals(sent, made.path("path").asText(), made::toString);
                    ObjectNode delete = Client.JSON
                            .createObjectNode()
                            .put("type", "project_delete")
                            .put("project_id", made.get("id").asText());
                    assertEquals(
                            "project_deleted",
                            answer(wire, delete.toString()).get("type").asText());
                }
            }
        }
    }

    private JsonNode messages(Wire wire, String data) throws Exception {
        String row = "{\"type\":\"get_messages\",\"project_id\":\"" + project + "\",\"data\":" + data + "}";
        JsonNode answer = answer(wire, row);
        assertEquals("get_messages", answer.get("type").asText(), () -> row + " was answered with " + answer);
        return answer.get("data");
    }

    @Test
    @DisplayName("M5 limits far too large are clamped; since and before mean the same in every zone")
    void readsNumbersAndTimes() throws Exception {
        try (Wire wire = Wire.connect(server)) {
            for (String limit : List.of("1000000000", "9223372036854775807", "1001")) {
                assertEquals(
                        1000,
                        messages(wire, "{\"limit\":" + limit + "}")
                                .get("metadata")
                                .get("limit")
                                .asInt());
            }
            assertEquals(1, messages(wire, "{\"limit\":1}").get("messages").size());
            JsonNode all = messages(wire, "{}");
            int total = all.get("messages").size();
            assertEquals(total, all.get("metadata").get("total").asInt());
            assertEquals(
                    0,
                    messages(wire, "{\"offset\":9223372036854775807}")
                            .get("messages")
                            .size());
            assertEquals(
                    0,
                    messages(wire, "{\"after_seq\":9223372036854775807}")
                            .get("messages")
                            .size());
            Instant third =
                    Instant.parse(all.get("messages").get(2).get("timestamp").asText());
            long later = count(all, third, 1);
            long earlier = count(all, third, -1);
            for (String zone : List.of("Z", "+00:00", "+05:45", "-03:30", "+14:00", "-12:00", "+18:00")) {
                OffsetDateTime time = third.atOffset(ZoneOffset.of(zone));
                assertEquals(
                        later,
                        messages(wire, "{\"since\":\"" + time + "\"}")
                                .get("messages")
                                .size(),
                        zone);
                assertEquals(
                        earlier,
                        messages(wire, "{\"before\":\"" + time + "\"}")
                                .get("messages")
                                .size(),
                        zone);
            }
            String last = "{\"since\":\"9999-12-31T23:59:59Z\"}";
            assertEquals(0, messages(wire, last).get("messages").size());
            assertEquals(
                    total,
                    messages(wire, "{\"since\":\"0001-01-01T00:00:00Z\"}")
                            .get("messages")
                            .size());
        }
    }

    private static long count(JsonNode page, Instant time, int side) {
        long count = 0;
        for (JsonNode item : page.get("messages")) {
            int order = Instant.parse(item.get("timestamp").asText()).compareTo(time);
            count += Integer.signum(order) == side ? 1 : 0;
        }
        return count;
    }

    /** Texts as they stand in the JSON of a request. */
    private static final List<String> PROMPTS = List.of(
            "a\\u0000b",
            "\\u001b[31mred\\u001b[0m \\u0007\\b\\f\\t\\r\\n",
            "\\u007f\\u0080\\u009f",
            "high \\ud800 alone",
            "low \\udfff alone",
            "swapped \\udc00\\ud800",
            "🇨🇭🇩🇪 flags",
            "\\ud83c\\udde8\\ud83c\\udded escaped flag",
            "👩‍👩‍👧‍👦 é e\u0301 ﷽ \u202e rtl \u202c \ufeff bom \u2028 \u2029",
            "\\/ \\\\ \\\" \\u0041 </script> ${jndi:x} %s %n $(id) `id` ; --version",
            "\\uFFFF \uffff \ufffd",
            "{\\\"type\\\":\\\"result\\\"}",
            "line one\\nline two\\r\\nline three",
            "x".repeat(200_000));

    @Test
    @DisplayName("X1 M1 odd prompts reach the agent, the clients and the history exactly")
    void keepsPrompts() throws Exception {
        try (Wire wire = Wire.connect(server)) {
            wire.text("{\"type\":\"project_join\",\"project_id\":\"" + project + "\"}");
            until(wire, "\"type\":\"project_joined\"");
            for (String text : PROMPTS) {
                String raw = "\"" + text + " [[echo]]\"";
                wire.text(
                        "{\"type\":\"execute\",\"project_id\":\"" + project + "\",\"data\":{\"prompt\":" + raw + "}}");
                assertKept(wire, raw, Client.JSON.readTree(raw).textValue());
            }
            String blocks = "[{\"type\":\"text\",\"text\":\"a\\ud800\"} , {\"text\":\"[[echo]]\",\"type\":\"text\"}]";
            wire.text("{\"type\":\"execute\",\"project_id\":\"" + project + "\",\"data\":{\"prompt\":" + blocks + "}}");
            assertKept(wire, blocks, "a\ud800\n[[echo]]");
        }
    }

    private static String until(Wire wire, String part) throws Exception {
        String message = wire.message();
        while (!message.contains(part)) {
            assertFalse(message.startsWith("{\"type\":\"error\""), message);
            message = wire.message();
        }
        return message;
    }

    /**
     * The run that was just asked for shows, echoes and records its prompt.
     *
     * @param raw as it was sent
     * @param text what it means
     */
    private void assertKept(Wire wire, String raw, String text) throws Exception {
        String prompt = until(wire, "\"type\":\"prompt\"");
        assertTrue(prompt.contains("\"prompt\":" + raw), prompt);
        String echo = until(wire, "\"type\":\"assistant\"");
        String echoed = Client.JSON
                .readTree(echo)
                .get("data")
                .get("message")
                .get("content")
                .get(0)
                .get("text")
                .asText();
        assertEquals(text, Client.JSON.readTree(echoed).textValue());
        until(wire, "\"IDLE\"");
        long seq = Client.JSON.readTree(prompt).get("seq").asLong();
        wire.text("{\"type\":\"get_messages\",\"data\":{\"after_seq\":" + (seq - 1) + ",\"limit\":1}}");
        JsonNode item =
                Client.JSON.readTree(wire.message()).get("data").get("messages").get(0);
        assertEquals(seq, item.get("seq").asLong());
        assertEquals(text, item.get("message").get("content").get("text").textValue());
    }
}
