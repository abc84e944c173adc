package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server of a user who may do nothing special. Needs root, to become that user: everywhere else all tests are this one. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class NonRootIT {
    private static final String USER = "nobody";
    /** Like no other sleep's, so that it is found. */
    private static final int SURVIVES_SECONDS = 239;

    private Path home;
    private List<String> asUser;
    private UserPrincipal user;

    @BeforeEach
    void becomeUser() throws Exception {
        assumeTrue("0".equals(output("id", "-u")), "only root can become somebody else");
        String uid = output("id", "-u", USER);
        String gid = output("id", "-g", USER);
        assumeTrue(uid.matches("\\d+") && gid.matches("\\d+"), "there is no user " + USER);
        asUser = new ArrayList<>(
                List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--inh-caps=-all"));
        asUser.addAll(List.of("sh", "-c", "umask 027; exec \"$@\"", "sh"));
        Files.setPosixFilePermissions(Distribution.home(), PosixFilePermissions.fromString("rwxr-xr-x"));
        home = Files.createTempDirectory("switchboard-" + USER);
        user = home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
        Files.setOwner(home, user);
        Stream<String> look = Stream.of("test", "-x", Distribution.launcher().toString(), "-a", "-w", home.toString());
        assumeTrue(
                status(Stream.concat(asUser.stream(), look).toArray(String[]::new)) == 0,
                USER + " cannot get at the distribution or a directory of its own");
    }

    @AfterEach
    void removeHome() {
        if (home != null) {
            Trees.delete(home);
        }
    }

    private static Process process(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), String.join(" ", command));
        return process;
    }

    private static String output(String... command) throws InterruptedException {
        try {
            return new String(process(command).getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return ""; // not installed
        }
    }

    private static int status(String... command) throws InterruptedException {
        try {
            return process(command).exitValue();
        } catch (IOException e) {
            return -1; // not installed
        }
    }

    @Test
    @DisplayName("X9 X1 X4 X7 H6 a user who is not root: a conversation, an answer, a kill of a tree, the shell")
    void worksWithoutRoot() throws Exception {
        try (Server server = new Server(home.resolve("data")).by(asUser)) {
            Files.setOwner(server.dataDir(), user);
            Files.setOwner(server.dataDir().resolve("tmp"), user);
            Path project = Files.createDirectory(home.resolve("project"));
            Files.setOwner(project, user);
            assertNeedsItsConfiguration(server);
            server.set("CLAUDE_BYPASS_ALLOWED", "true").start();
            assertEquals(USER, owner(server.instance().get("pid").asLong()));
            Tour.take(server, project, processes -> {
                for (long pid : processes) {
                    assertEquals(USER, owner(pid), "the agent and what it starts");
                }
            });
            assertEquals(user, Files.getOwner(project.resolve("a.txt")));
            assertEquals(
                    "rw-r-----",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(project.resolve("a.txt"))),
                    "the user's umask, not the server's");
            assertSkipsPermissions(server, project);
            assertOwnsItsFiles(server.dataDir());
        }
    }

    /** What an agent starts may become somebody whose processes the server cannot end. */
    @Test
    @DisplayName("H1 X4 a process that survives its end is told by health, the same everywhere, until it is gone")
    void tellsOfSurvivors() throws Exception {
        Path setpriv = home.resolve("setpriv");
        Files.copy(Path.of(output("which", "setpriv")), setpriv);
        Files.setPosixFilePermissions(setpriv, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(0, status("chmod", "u+s", setpriv.toString()));
        Path program = home.resolve("claude");
        Files.writeString(program, """
                #!/bin/sh
                case "$*" in
                    *--input-format*) %s --reuid=0 sleep %d >/dev/null 2>&1 </dev/null & ;;
                esac
                exec %s "$@"
                """.formatted(
                        setpriv, SURVIVES_SECONDS, Distribution.home().resolve("agent-mock/bin/claude")));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Server server = new Server(home.resolve("data")).by(asUser)) {
            Files.setOwner(server.dataDir(), user);
            Files.setOwner(server.dataDir().resolve("tmp"), user);
            Path project = Files.createDirectory(home.resolve("project"));
            Files.setOwner(project, user);
            server.set("CLAUDE_PATH", program.toString())
                    .set("AGENTS_ISOLATION", "none")
                    .set("TIMEOUTS_KILL_GRACE_MS", "300")
                    .start("run");
            try (HealthViews health = new HealthViews(server);
                    Client client = server.connect()) {
                health.await("custody", "healthy");
                String id = client.create(project.toString());
                client.execute(id, "[[hang]]");
                client.until("agent_message");
                ProcessHandle survivor = survivor();
                client.send("agent_kill", id);
                client.until("execution_killed");
                JsonNode told = health.await("custody", "warning");
                assertEquals(1, told.at("/checks/custody/survivors").asInt(), told::toString);
                assertTrue(told.at("/checks/custody/message").asText().contains("survive SIGKILL"), told::toString);
                survivor.destroyForcibly();
                health.await("custody", "healthy");
                client.deleteProjects();
            }
        }
    }

    private static ProcessHandle survivor() throws InterruptedException {
        List<ProcessHandle> found = new ArrayList<>();
        Server.await("it is root's", 30, () -> {
            found.clear();
            ProcessHandle.allProcesses()
                    .filter(process -> process.info().commandLine().orElse("").endsWith("sleep " + SURVIVES_SECONDS))
                    .forEach(found::add);
            return !found.isEmpty() && owner(found.get(0).pid()).equals("root");
        });
        return found.get(0);
    }

    /** Without it there would be defaults instead of what somebody has decided. */
    private void assertNeedsItsConfiguration(Server server) throws Exception {
        Path etc = Files.createDirectory(home.resolve("etc"), mode("rwx------")); // root's
        server.set("ETC", etc.toString());
        Server.Outcome closed = server.command("run");
        assertEquals(78, closed.status(), closed::output);
        assertTrue(closed.output().contains("cannot be entered by " + USER), closed::output);
        Files.setPosixFilePermissions(etc, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(etc.resolve("dev.switchboard.cfg"), mode("rw-------"));
        Server.Outcome unreadable = server.command("run");
        assertEquals(78, unreadable.status(), unreadable::output);
        assertTrue(unreadable.output().contains("dev.switchboard.cfg cannot be read by " + USER), unreadable::output);
        server.set("ETC", "");
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private static String owner(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().user()).orElse("gone");
    }

    /** The CLI refuses it to root. */
    private static void assertSkipsPermissions(Server server, Path path) throws Exception {
        try (Client client = server.connect()) {
            String project = client.create(path.toString());
            client.send(
                    "execute",
                    project,
                    Client.data()
                            .put("prompt", "[[ask tool=Write path=b.txt content=b]]")
                            .set("options", Client.data().put("dangerously_skip_permissions", true)));
            List<JsonNode> run = client.run();
            ScenarioPlay.assertIdle(run);
            assertEquals("b", Files.readString(path.resolve("b.txt")), () -> Frames.brief(run));
            client.deleteProjects();
        }
    }

    /** All but what the tests themselves wrote down. */
    private void assertOwnsItsFiles(Path data) throws IOException {
        for (Path file : Trees.files(data)) {
            if (!file.getFileName().toString().matches("(console|command).*\\.txt")) {
                assertOwns(file);
            }
        }
    }

    private void assertOwns(Path file) throws IOException {
        try {
            assertEquals(user, Files.getOwner(file), file::toString);
        } catch (NoSuchFileException e) {
            // gone meanwhile, or a link to what is not there
        }
    }
}
