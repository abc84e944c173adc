package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** A project's messages as {@code get_messages} gives them, and projects as {@code project_list} does. */
final class History {
    private static final int PAGE = 1000;
    private static final Set<String> ANSWERS = Set.of("get_messages", "error");

    private History() {}

    /** All messages, page by page. */
    static List<JsonNode> of(Client client, String project) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        JsonNode page;
        long after = 0;
        do {
            client.send(
                    "get_messages", project, Client.data().put("limit", PAGE).put("after_seq", after));
            JsonNode answer =
                    client.until(frame -> ANSWERS.contains(frame.get("type").asText()));
            assertEquals("get_messages", answer.get("type").asText(), answer.toString());
            page = answer.get("data");
            page.get("messages").forEach(all::add);
            after = all.isEmpty() ? 0 : all.get(all.size() - 1).get("seq").asLong();
        } while (page.get("metadata").get("has_more").asBoolean());
        return all;
    }

    /** All messages, which are numbered from 1 on without a hole. */
    static List<JsonNode> whole(Client client, String project) throws Exception {
        List<JsonNode> all = of(client, project);
        for (int i = 0; i < all.size(); i++) {
            assertEquals(i + 1, all.get(i).get("seq").asLong());
        }
        return all;
    }

    /** All messages, once the last of them that is a state is none of a run that goes on. */
    static List<JsonNode> settled(Client client, String project) throws Exception {
        Server.await("the run is over", 60, () -> {
            try {
                return !stateOf(project(client, project)).equals("EXECUTING") && over(whole(client, project));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        return whole(client, project);
    }

    private static boolean over(List<JsonNode> messages) {
        List<JsonNode> states = states(messages);
        return !states.isEmpty()
                && !content(states.get(states.size() - 1)).get("state").asText().equals("EXECUTING");
    }

    /** Those that are states of the project. */
    static List<JsonNode> states(List<JsonNode> messages) {
        return matching(messages, message -> type(message).equals("project_state"));
    }

    static List<JsonNode> matching(List<JsonNode> messages, Predicate<JsonNode> wanted) {
        return messages.stream().filter(wanted).toList();
    }

    static String type(JsonNode message) {
        return message.get("message").get("type").asText();
    }

    static JsonNode content(JsonNode message) {
        return message.get("message").get("content");
    }

    /** The types of the last messages, in order. */
    static List<String> lastTypes(List<JsonNode> messages, int count) {
        return messages.subList(Math.max(0, messages.size() - count), messages.size()).stream()
                .map(History::type)
                .toList();
    }

    /** The projects that there are, without what changes with who is listening. */
    static List<JsonNode> projects(Client client) throws Exception {
        client.send("project_list", Client.data());
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode project : client.until("project_list").get("data").get("projects")) {
            ((ObjectNode) project).remove("metadata");
            all.add(project);
        }
        return all;
    }

    static JsonNode project(Client client, String id) throws Exception {
        return projects(client).stream()
                .filter(project -> project.get("id").asText().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no project " + id));
    }

    static String stateOf(JsonNode project) {
        return project.get("state").asText();
    }
}
