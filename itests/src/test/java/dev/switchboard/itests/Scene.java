package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.itests.CommandTable.Before;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/** What a call of {@link CommandTable}'s needs to find in a server, and its clearing away. */
final class Scene implements AutoCloseable {
    private final Server server;
    private final Shell shell;
    private final ShellConnection admin;
    private final String project;
    private final Deque<AutoCloseable> props = new ArrayDeque<>();

    /**
     * @param shell an administrator's, for runs that last
     * @param admin the same, for all else
     * @param project the one called {@code table}
     */
    Scene(Server server, Shell shell, ShellConnection admin, String project) {
        this.server = server;
        this.shell = shell;
        this.admin = admin;
        this.project = project;
    }

    /** Puts it there; the id that the call names, if it names one. */
    String set(Before before, String role) throws Exception {
        return switch (before) {
            case NOTHING -> "";
            case RUN -> run();
            case QUEUED -> queued();
            case QUESTION -> question();
            case CONNECTION -> connection();
            case TOKEN ->
                admin.run("switchboard:token-create --json for-" + role)
                        .json()
                        .get("id")
                        .asText();
            case PROJECT -> project();
            case KEY -> {
                admin.print("switchboard:config-set limits.projects 60");
                yield "";
            }
        };
    }

    private String run() throws Exception {
        Shell.Running run = shell.start("switchboard:execute table '[[say text=begun]] [[hang]]'");
        props.push(run);
        props.push(this::idle);
        assertEquals("begun", run.line());
        return "";
    }

    private void idle() throws Exception {
        admin.run("switchboard:kill table"); // which may have happened
        String state = admin.run("switchboard:project-info --json table")
                .json()
                .get("state")
                .asText();
        assertEquals("IDLE", state);
    }

    private String queued() throws Exception {
        run();
        Shell.Running waiting = shell.start("switchboard:execute --queue table later");
        props.addLast(waiting);
        String line = waiting.line();
        assertTrue(line.startsWith("[waiting in the queue, place 1, run "), line);
        return line.substring(line.lastIndexOf(' ') + 1, line.length() - 1);
    }

    private String question() throws Exception {
        Client client = server.connect();
        props.push(client);
        props.push(this::idle);
        client.send(
                "execute",
                project,
                Stage.data("prompt", "[[ask]] [[hang]]").set("options", Stage.data("ask", "remote")));
        return client.until("permission_request").at("/data/permission_id").asText();
    }

    private String connection() throws Exception {
        Client client = server.connect();
        props.push(client);
        client.send("hello", Client.data());
        client.next("hello");
        return admin.run("switchboard:connection-list --json")
                .json()
                .at("/connections/0/id")
                .asText();
    }

    private String project() throws Exception {
        Path path = server.dataDir().resolveSibling("gone-" + UUID.randomUUID());
        Files.createDirectory(path);
        return admin.run("switchboard:project-create --json " + path)
                .json()
                .get("id")
                .asText();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable prop : props) {
            prop.close();
        }
    }
}
