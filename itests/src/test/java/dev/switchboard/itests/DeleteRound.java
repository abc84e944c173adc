package dev.switchboard.itests;

import static dev.switchboard.itests.Arena.hear;
import static dev.switchboard.itests.Frames.assertFollow;
import static dev.switchboard.itests.Frames.assertRun;
import static dev.switchboard.itests.Frames.brief;
import static dev.switchboard.itests.Frames.code;
import static dev.switchboard.itests.Frames.records;
import static dev.switchboard.itests.Frames.replies;
import static dev.switchboard.itests.Frames.type;
import static dev.switchboard.itests.Frames.types;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A new project, on which one client asks for a run while another deletes it and a third watches. */
final class DeleteRound {
    private DeleteRound() {}

    /** @return whether the deletion came first */
    static boolean deleteAtOnce(List<Client> clients, Path path, Random random) throws Exception {
        Client executor = clients.get(0);
        Client deleter = clients.get(1);
        Client watcher = clients.get(2);
        String project = watcher.create(path.toString());
        watcher.join(project);
        boolean executorJoined = random.nextBoolean();
        boolean deleterJoined = random.nextBoolean();
        if (executorJoined) {
            executor.join(project);
        }
        if (deleterJoined) {
            deleter.join(project);
        }
        if (random.nextBoolean()) {
            executor.execute(project, "hello");
            deleter.send("project_delete", project);
        } else {
            deleter.send("project_delete", project);
            executor.execute(project, "hello");
        }
        List<JsonNode> deletion = delete(deleter, project, random);
        List<JsonNode> watched = hear(watcher, all -> types(all).contains("project_deleted"));
        boolean ran = watched.size() > 1;
        List<JsonNode> execution = hear(
                executor,
                all -> (ran ? all.stream().anyMatch(Frames::isEnd) : types(all).contains("error"))
                        && (!executorJoined || types(all).contains("project_deleted")));
        List<JsonNode> run = records(watched);
        if (ran) {
            assertRun(run, "IDLE");
            assertFollow(0, run);
        }
        assertEquals(List.of("project_deleted"), types(replies(watched)), () -> brief(watched));
        assertEquals(executorJoined || ran ? run : List.of(), records(execution), () -> brief(execution));
        assertEquals(deleterJoined ? run : List.of(), records(deletion), () -> brief(deletion));
        List<String> expected = new ArrayList<>(List.of(ran ? "execute" : "error"));
        if (executorJoined) {
            expected.add("project_deleted");
        }
        // Who asks for a run of a project that is gone may be told that it is gone before or behind the refusal.
        assertEquals(
                ran ? expected : expected.stream().sorted().toList(),
                ran
                        ? types(replies(execution))
                        : types(replies(execution)).stream().sorted().toList(),
                () -> brief(execution));
        execution.stream()
                .filter(frame -> type(frame).equals("error"))
                .forEach(error -> assertEquals("PROJECT_NOT_FOUND", code(error), () -> brief(execution)));
        // A frame that came too late would come before this answer.
        for (Client client : clients) {
            client.send("get_messages", project);
            assertEquals("PROJECT_NOT_FOUND", code(client.next("error")));
        }
        return !ran;
    }

    /** Deletes, again and again while there is a run. */
    private static List<JsonNode> delete(Client deleter, String project, Random random) throws Exception {
        List<JsonNode> frames = new ArrayList<>();
        int refusals = 0;
        while (true) {
            int known = refusals;
            hear(
                    deleter,
                    frames,
                    all -> types(all).contains("project_deleted")
                            || all.stream()
                                            .filter(frame -> !code(frame).isEmpty())
                                            .count()
                                    > known);
            if (types(frames).contains("project_deleted")) {
                assertEquals("project_deleted", type(frames.get(frames.size() - 1)), () -> brief(frames));
                return frames;
            }
            refusals++;
            JsonNode error = frames.get(frames.size() - 1);
            assertEquals("PROCESS_ACTIVE", code(error), () -> brief(frames));
            TimeUnit.MILLISECONDS.sleep(1 + random.nextInt(20));
            deleter.send("project_delete", project);
        }
    }
}
