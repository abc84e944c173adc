package dev.switchboard.itests;

import static dev.switchboard.itests.Stage.assertCode;
import static dev.switchboard.itests.Stage.assertFields;
import static dev.switchboard.itests.Stage.data;
import static dev.switchboard.itests.Stage.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code get_messages} with all its filters, and joining with {@code after_seq}, over a log of many segments. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PagesIT {
    @TempDir
    static Path directory;

    private Stage stage;
    private String project;
    private Client client;
    /** The whole history, as it was when the tests began. */
    private List<JsonNode> all;

    private int last;

    @BeforeAll
    void start() throws Exception {
        stage = Stage.open(directory, Map.of("LOG_ROTATE_RECORDS", "5"));
        project = stage.project();
        Client member = stage.member(project);
        member.execute(project, "[[tools 5]]");
        member.run();
        member.execute(project, "[[api-error status=500]]");
        member.run();
        member.execute(project, "[[say]] [[say]]");
        member.run();
        client = stage.client();
        all = items(page(Client.data().put("limit", 1000)));
        last = all.size();
        try (Stream<Path> files = Files.list(stage.server().dataDir().resolve("projects/" + project + "/log"))) {
            assertTrue(files.filter(file -> file.toString().endsWith(".jsonl")).count() >= 3, "many segments");
        }
    }

    @AfterEach
    void closeClients() throws Exception {
        stage.closeClients();
        client = stage.client();
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    private JsonNode page(ObjectNode query) throws Exception {
        client.send("get_messages", project, query);
        JsonNode reply = expect(client, project, "get_messages").get(0);
        assertFields(reply.get("data"), "messages", "metadata", "project_id");
        assertTrue(reply.at("/data/messages").isArray());
        return reply.get("data");
    }

    private static List<JsonNode> items(JsonNode page) {
        List<JsonNode> items = new ArrayList<>();
        page.get("messages").forEach(items::add);
        return items;
    }

    private static Instant time(JsonNode item) {
        return Instant.parse(item.get("timestamp").asText());
    }

    /** A query finds exactly the items that fit, in the log's order, and counts them. */
    private void assertFinds(Predicate<JsonNode> fits, ObjectNode query) throws Exception {
        List<JsonNode> expected = all.stream().filter(fits).toList();
        JsonNode page = page(query.put("limit", 1000)
                .put("before_seq", query.path("before_seq").asLong(last + 1)));
        assertEquals(expected, items(page), query.toString());
        assertEquals(expected.size(), page.at("/metadata/total").asInt(), query.toString());
        assertFalse(page.at("/metadata/has_more").asBoolean());
    }

    @Test
    @DisplayName("M3 C2 items have the protocol's shape: prompts, the agent's whole lines, the server's records")
    void showsItems() throws Exception {
        for (int i = 0; i < all.size(); i++) {
            JsonNode item = all.get(i);
            assertEquals(i + 1, item.get("seq").asInt());
            assertFields(item, "seq", "timestamp", "direction", "message");
            assertFields(item.get("message"), "type", "content");
            assertTrue(item.at("/message/content").isObject());
            String type = item.at("/message/type").asText();
            switch (item.get("direction").asText()) {
                case "client" -> assertEquals("user", type);
                case "claude" ->
                    assertEquals(type, item.at("/message/content/type").asText());
                default ->
                    assertTrue(
                            List.of("project_state", "project_update", "error").contains(type), type);
            }
        }
        assertEquals("[[tools 5]]", all.get(1).at("/message/content/text").asText());
        assertEquals("client", all.get(1).get("direction").asText());
        JsonNode metadata = page(Client.data()).get("metadata");
        assertFields(metadata, "total", "offset", "limit", "has_more", "since?", "next_cursor?", "last_seq", "epoch");
        assertEquals(100, metadata.get("limit").asInt());
    }

    @Test
    @DisplayName("M3 C2 every filter finds what it should, counted exactly, over all segments")
    void filters() throws Exception {
        JsonNode middle = all.get(last / 2);
        String at = middle.get("timestamp").asText();
        assertFinds(item -> time(item).isAfter(time(middle)), data("since", at));
        assertFinds(item -> time(item).isBefore(time(middle)), data("before", at));
        String elsewhere =
                OffsetDateTime.ofInstant(time(middle), ZoneOffset.ofHours(5)).toString();
        assertFinds(item -> time(item).isAfter(time(middle)), data("since", elsewhere));
        assertEquals(at, page(data("since", elsewhere)).at("/metadata/since").asText());
        assertFinds(item -> item.get("seq").asInt() > 7, data("after_seq", 7));
        assertFinds(item -> item.get("seq").asInt() < 7, data("before_seq", 7));
        assertFinds(
                item -> item.get("seq").asInt() > 3 && item.get("seq").asInt() < 12,
                data("after_seq", 3).put("before_seq", 12));
        for (String direction : List.of("client", "claude", "server")) {
            assertFinds(item -> item.get("direction").asText().equals(direction), data("direction", direction));
        }
        assertFinds(item -> true, data("direction", "all"));
        List<String> types = List.of("assistant", "error");
        ObjectNode query = Client.data();
        types.forEach(query.putArray("types")::add);
        assertFinds(item -> types.contains(item.at("/message/type").asText()), query);
        query = data("direction", "claude").put("after_seq", 4);
        query.putArray("types").add("assistant");
        assertFinds(
                item -> item.get("seq").asInt() > 4
                        && item.at("/message/type").asText().equals("assistant"),
                query);
        assertFinds(item -> false, data("after_seq", Long.MAX_VALUE));
        List<JsonNode> reversed = new ArrayList<>(all);
        Collections.reverse(reversed);
        assertEquals(
                reversed, items(page(data("order", "desc").put("limit", 1000).put("before_seq", last + 1))));
    }

    @Test
    @DisplayName("M3 C4 limit and offset: clamped, counted from the end of the order, and refused where negative")
    void limits() throws Exception {
        assertEquals(1000, page(data("limit", 5000)).at("/metadata/limit").asInt());
        assertEquals(100, page(data("limit", 0)).at("/metadata/limit").asInt());
        JsonNode page = page(data("limit", 3).put("offset", 2));
        assertEquals(all.subList(2, 5), items(page));
        assertTrue(page.at("/metadata/has_more").asBoolean());
        assertEquals(2, page.at("/metadata/offset").asInt());
        page = page(data("limit", 3).put("offset", 100_000));
        assertEquals(List.of(), items(page));
        assertFalse(page.at("/metadata/has_more").asBoolean());
        page = page(data("limit", 2).put("offset", 1).put("order", "desc").put("before_seq", last + 1));
        assertEquals(List.of(all.get(last - 2), all.get(last - 3)), items(page));
        for (String field : List.of("limit", "offset", "after_seq", "before_seq")) {
            client.send("get_messages", project, data(field, -1));
            assertEquals(
                    field,
                    assertCode("VALIDATION_FAILED", client.next())
                            .at("/details/field")
                            .asText());
        }
        for (String[] wrong : new String[][] {
            {"since", "yesterday"}, {"before", "2026-01-01"}, {"direction", "up"}, {"order", "random"}, {"cursor", "?"}
        }) {
            client.send("get_messages", project, data(wrong[0], wrong[1]));
            assertEquals(
                    wrong[0],
                    assertCode("VALIDATION_FAILED", client.next())
                            .at("/details/field")
                            .asText());
        }
    }

    @Test
    @DisplayName("M3 pages by cursor have every record once, in either order, although the log grows meanwhile")
    void pages() throws Exception {
        Client member = stage.member(project);
        for (String order : List.of("asc", "desc")) {
            JsonNode before = page(data("limit", 1000));
            List<JsonNode> whole = items(before);
            List<JsonNode> found = new ArrayList<>();
            ObjectNode query = data("limit", 4).put("order", order);
            JsonNode page = page(query);
            int pages = 0;
            while (page.at("/metadata/has_more").asBoolean()) {
                found.addAll(items(page));
                if (++pages == 2) {
                    member.execute(project, "[[say]]");
                    member.run();
                }
                query.put("cursor", page.at("/metadata/next_cursor").asText());
                page = page(query);
            }
            found.addAll(items(page));
            List<JsonNode> old = found.stream()
                    .filter(item -> item.get("seq").asInt() <= whole.size())
                    .toList();
            if (order.equals("desc")) {
                Collections.reverse(whole);
            }
            assertEquals(whole, old, order);
            assertEquals(found.size(), found.stream().distinct().count());
        }
    }

    private List<JsonNode> join(Client who, ObjectNode wish, String verdict) throws Exception {
        who.send("project_join", project, wish);
        List<JsonNode> frames = expect(who, project, "project_state", "project_join", "project_joined", "replay");
        JsonNode replay = frames.get(3).get("data");
        assertFields(replay, "from", "to", "verdict", "first_seq", "epoch");
        assertEquals(verdict, replay.get("verdict").asText());
        assertEquals(frames.get(2).at("/data/last_seq"), replay.get("to"));
        List<JsonNode> records = new ArrayList<>();
        int to = replay.get("to").asInt();
        for (int seq = replay.get("from").asInt(); seq <= to && !wish.has("detail"); seq++) {
            JsonNode frame = who.next();
            assertEquals(seq, frame.get("seq").asInt());
            assertTrue(frame.get("replay").asBoolean());
            records.add(frame);
        }
        return records;
    }

    @Test
    @DisplayName(
            "M4 C2 project_join with after_seq: every record behind it once, with its own time; a gap where it cannot")
    void replays() throws Exception {
        int head = page(data("limit", 1)).at("/metadata/last_seq").asInt();
        String epoch = page(data("limit", 1)).at("/metadata/epoch").asText();
        List<JsonNode> items = items(page(data("limit", 1000)));
        List<JsonNode> records = join(stage.client(), data("after_seq", 0), "ok");
        assertEquals(head, records.size());
        for (int i = 0; i < head; i++) {
            assertEquals(items.get(i).get("timestamp"), records.get(i).get("timestamp"));
        }
        assertEquals(
                head - 7,
                join(stage.client(), data("after_seq", 7).put("epoch", epoch), "ok")
                        .size());
        assertEquals(0, join(stage.client(), data("after_seq", head), "ok").size());
        join(stage.client(), data("after_seq", head + 1), "gap");
        String other = "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001";
        assertEquals(
                head,
                join(stage.client(), data("after_seq", 7).put("epoch", other), "gap")
                        .size());
        client.send("project_join", project, data("after_seq", -1));
        assertEquals(
                "after_seq",
                assertCode("VALIDATION_FAILED", client.next())
                        .at("/details/field")
                        .asText());
        client.send("project_join", project, data("detail", "some"));
        assertEquals(
                "detail",
                assertCode("VALIDATION_FAILED", client.next())
                        .at("/details/field")
                        .asText());
    }

    @Test
    @DisplayName("M4 C2 project_join with detail state: everything but agent_message, replayed and live")
    void leavesOutTheAgentsLines() throws Exception {
        Client states = stage.client();
        Client whole = stage.client();
        join(states, data("after_seq", 0).put("detail", "state"), "ok");
        List<JsonNode> expected = new ArrayList<>(join(whole, data("after_seq", 0), "ok"));
        expected.removeIf(frame -> frame.get("type").asText().equals("agent_message"));
        for (JsonNode frame : expected) {
            assertEquals(frame, states.next());
        }
        whole.execute(project, "[[tools 2]]");
        List<JsonNode> live = new ArrayList<>(whole.run());
        live.removeIf(frame -> frame.get("type").asText().equals("agent_message") || !frame.has("seq"));
        for (JsonNode frame : live) {
            assertEquals(frame, states.next());
        }
        stage.settle(project);
        stage.nothingElse(project, states, whole);
    }
}
