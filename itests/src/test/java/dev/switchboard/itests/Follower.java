package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Who follows one project through the lives of servers, coming back each time with the last record it has, and must be shown
 * each record once, in order, in one epoch.
 */
final class Follower implements AutoCloseable {
    /** What a run has between its prompt and its end. */
    private static final Set<String> BETWEEN =
            Set.of("agent_message", "project_update", "permission_request", "permission_resolved");

    private static final Pattern LINE = Pattern.compile("Line (\\d+) of (\\d+)\\.");

    private final String project;
    private final List<JsonNode> records = new ArrayList<>();
    private final List<JsonNode> replies = new ArrayList<>();
    private Optional<String> epoch = Optional.empty();
    private Client client;
    private JsonNode state;

    Follower(String project) {
        this.project = project;
    }

    String project() {
        return project;
    }

    Client client() {
        return client;
    }

    /** Joins behind the last record that it has, and hears everything since. */
    void join(Server server) throws Exception {
        client = server.connect();
        ObjectNode data = Client.data().put("after_seq", records.size());
        epoch.ifPresent(known -> data.put("epoch", known));
        client.send("project_join", project, data);
        state = client.next("project_state").get("data");
        client.next("project_join");
        String now = client.next("project_joined").get("data").get("epoch").asText();
        assertEquals(epoch.orElse(now), now, "the epoch");
        epoch = Optional.of(now);
        JsonNode replay = client.next("replay").get("data");
        assertEquals("ok", replay.get("verdict").asText(), "behind record " + records.size());
        while (records.size() < replay.get("to").asInt()) {
            take(client.next());
        }
    }

    /** The project's state as it was shown at the join. */
    JsonNode state() {
        return state;
    }

    /** Prompts; who asks is answered by people. */
    void execute(String prompt) throws Exception {
        execute(prompt, Client.data().put("ask", "remote"));
    }

    void execute(String prompt, ObjectNode options) throws Exception {
        client.send("execute", project, Client.data().put("prompt", prompt).set("options", options));
        until(frame -> Frames.type(frame).equals("execute"));
    }

    /** The server is gone, or this one goes: what had come until then was shown. */
    void lost() throws Exception {
        client.awaitGone();
        hear();
        client.close();
    }

    /** Takes what has come by now; how many records it has. */
    int hear() {
        client.received().forEach(this::take);
        return records.size();
    }

    private void take(JsonNode frame) {
        if (!frame.has("seq")) {
            replies.add(frame);
            return;
        }
        assertEquals(
                records.size() + 1,
                Frames.seq(frame),
                () -> project + Frames.brief(records.subList(Math.max(0, records.size() - 5), records.size())));
        records.add(frame);
    }

    /** Hears up to, and with, the first frame that fits. */
    JsonNode until(Predicate<JsonNode> wanted) throws InterruptedException {
        JsonNode frame;
        do {
            frame = client.next();
            take(frame);
        } while (!wanted.test(frame));
        return frame;
    }

    JsonNode until(String type) throws InterruptedException {
        return until(frame -> Frames.type(frame).equals(type));
    }

    /** Hears until there is no run, or no more; the state that the last one ended in. */
    String untilOver() throws InterruptedException {
        hear();
        while (isRunning()) {
            take(client.next());
        }
        return lastState();
    }

    boolean isRunning() {
        return lastState().equals("EXECUTING");
    }

    private String lastState() {
        String last = "";
        for (JsonNode record : records) {
            last = Client.stateOf(record).orElse(last);
        }
        return last;
    }

    List<JsonNode> records() {
        return records;
    }

    /** What came that is no record: answers to its requests. */
    List<JsonNode> replies() {
        return replies;
    }

    /** The records of the last run so far: from EXECUTING on. */
    List<JsonNode> lastRun() {
        int begin = records.size() - 1;
        while (!Client.stateOf(records.get(begin)).orElse("").equals("EXECUTING")) {
            begin--;
        }
        return records.subList(begin, records.size());
    }

    /** The records of a type. */
    List<JsonNode> of(String type) {
        return records.stream()
                .filter(record -> Frames.type(record).equals(type))
                .toList();
    }

    /** The question that nobody has answered yet. */
    Optional<JsonNode> question() {
        List<JsonNode> resolved = of("permission_resolved");
        return of("permission_request").stream()
                .map(asked -> asked.get("data"))
                .filter(asked -> resolved.stream()
                        .noneMatch(done -> done.at("/data/permission_id").equals(asked.get("permission_id"))))
                .findFirst();
    }

    /** The numbers of the lines of {@code [[slow lines=…]]} that the last run has shown. */
    List<Integer> lines(int total) {
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode record : lastRun()) {
            Matcher line =
                    LINE.matcher(record.at("/data/message/content/0/text").asText());
            if (line.matches() && Integer.parseInt(line.group(2)) == total) {
                numbers.add(Integer.parseInt(line.group(1)));
            }
        }
        return numbers;
    }

    /** Each of the last run's lines was shown once, in order, none is missing. */
    void assertAllLines(int total) {
        assertEquals(IntStream.rangeClosed(1, total).boxed().toList(), lines(total), project);
    }

    /** As many lines as were shown came once, in order. */
    void assertLinesSoFar(int total) {
        List<Integer> lines = lines(total);
        assertEquals(IntStream.rangeClosed(1, lines.size()).boxed().toList(), lines, project);
    }

    /**
     * The last run is one whole run in the protocol's order.
     *
     * @param end {@code IDLE}; {@code IDLE process_killed}; {@code error ERROR}
     */
    void assertRun(String end) {
        List<JsonNode> run = lastRun();
        // No pattern for the whole of it: runs have tens of thousands of words.
        List<String> story = run.stream()
                .map(record -> Client.stateOf(record).orElse(Frames.type(record)))
                .toList();
        List<String> begin = List.of("EXECUTING", "prompt");
        List<String> last = List.of(end.split(" "));
        Supplier<String> told = () -> "expected " + begin + " … " + last + Frames.brief(run);
        assertTrue(story.size() >= begin.size() + last.size(), told);
        assertEquals(begin, story.subList(0, begin.size()), told);
        assertEquals(last, story.subList(story.size() - last.size(), story.size()), told);
        assertTrue(BETWEEN.containsAll(story.subList(begin.size(), story.size() - last.size())), told);
        List<String> ids = run.stream()
                .filter(record -> Client.stateOf(record).isPresent())
                .map(record -> record.at("/data/execution_id").asText())
                .distinct()
                .toList();
        assertEquals(1, ids.size(), () -> "one run" + Frames.brief(run));
    }

    /** History tells what was shown, no more and no less. */
    void assertHistory(Client reader) throws Exception {
        List<JsonNode> messages = History.whole(reader, project);
        assertEquals(records.size(), messages.size(), project);
        for (int i = 0; i < messages.size(); i++) {
            assertEquals(records.get(i).get("timestamp"), messages.get(i).get("timestamp"));
            if (Frames.type(records.get(i)).equals("agent_message")) {
                assertEquals(records.get(i).get("data"), History.content(messages.get(i)));
            }
        }
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
