package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands show over the real shell, as text and as JSON; {@link ShellCommandsIT} has all of them. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ShellIT {
    private static final Set<String> ALL = Set.of("viewer", "operator", "admin");
    private static final Set<String> ADMINS = Set.of("admin");

    @TempDir
    private static Path directory;

    private static Server server;
    private static Shell shell;

    @BeforeAll
    static void start() throws Exception {
        server = new Server(directory.resolve("data")).start();
        shell = new Shell(server);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    /** Creates a project of that name. */
    private static String create(String name) throws Exception {
        Path path = Files.createDirectory(directory.resolve(name));
        return shell.run("switchboard:project-create --json --name " + name + " " + path)
                .json()
                .get("id")
                .asText();
    }

    @Test
    @DisplayName("H6 P1 project-create, -list, -info and -delete, as text and as JSON")
    void administersProjects() throws Exception {
        Path path = Files.createDirectory(directory.resolve("life"));
        JsonNode made = shell.run("switchboard:project-create --json --name life --executor claude " + path)
                .json();
        String id = made.get("id").asText();
        assertEquals("IDLE", made.get("state").asText());
        assertEquals("claude", made.get("executor").asText());
        Path second = Files.createDirectory(directory.resolve("life2"));
        String line = shell.print("switchboard:project-create " + second);
        assertTrue(line.matches("Created project [0-9a-f-]{36}\n"), line);
        JsonNode use = shell.run("switchboard:executor-use --json life claude").json();
        assertEquals("claude", use.get("executor").asText());

        String table = shell.print("switchboard:project-list");
        assertTrue(table.lines().findFirst().orElse("").matches("Id +│ Name +│ State +│ .*Path *"), table);
        String row =
                table.lines().filter(text -> text.startsWith(id)).findFirst().orElse("");
        assertTrue(row.contains("life") && row.contains("IDLE") && row.contains(path.toString()), table);
        JsonNode list = shell.run("switchboard:project-list --json").json();
        assertEquals(list.get("projects").size(), list.get("total").asInt());
        assertTrue(list.get("projects").findValuesAsText("id").contains(id), list.toString());

        for (String name : List.of("life", id, id.substring(0, 8), path.toString())) {
            JsonNode info = shell.run("switchboard:project-info --json " + name).json();
            assertEquals(id, info.get("id").asText(), name);
        }
        String info = shell.print("switchboard:project-info life");
        assertTrue(info.matches("(?s)id +" + id + "\nname +life\npath +" + path + "\n.*state +IDLE\n.*"), info);

        assertEquals("Deleted project " + id + "\n", shell.print("switchboard:project-delete life"));
        assertEquals(1, shell.run("switchboard:project-info life").status());
        JsonNode deleted =
                shell.run("switchboard:project-delete --json " + second).json();
        assertTrue(line.endsWith(" " + deleted.get("project_id").asText() + "\n"), deleted.toString());
        assertTrue(Files.isDirectory(path), "the directory is not touched");
    }

    @Test
    @DisplayName("H6 M3 execute, log and session-list, as text and as JSON")
    void runsAndShowsTheLog() throws Exception {
        String id = create("talk");
        String run = shell.print("switchboard:execute talk Hello, who are you?");
        assertTrue(run.startsWith("You said: Hello, who are you?\n"), run);
        assertTrue(run.lines().reduce("", (before, line) -> line).startsWith("[done] 1 turn"), run);

        Shell.Outcome json = shell.run("switchboard:execute --json talk '[[say text=\"你好\"]]'");
        assertEquals(0, json.status(), json.err());
        List<JsonNode> frames = json.frames();
        assertTrue(
                frames.stream()
                        .allMatch(frame -> frame.get("project_id").asText().equals(id)),
                json.out());
        List<Integer> seqs =
                frames.stream().map(frame -> frame.get("seq").asInt()).toList();
        for (int i = 1; i < seqs.size(); i++) {
            assertEquals(seqs.get(i - 1) + 1, seqs.get(i), "no hole: " + seqs);
        }
        assertEquals("IDLE", Client.stateOf(frames.get(frames.size() - 1)).orElse(""));
        assertTrue(json.out().contains("你好"), json.out());

        List<JsonNode> last = shell.run("switchboard:log --json -n 3 talk").frames();
        assertEquals(frames.subList(frames.size() - 3, frames.size()), last);
        String text = shell.print("switchboard:log -n 2 talk");
        assertEquals(2, text.lines().count(), text);
        assertTrue(text.contains("[done]") && text.endsWith("[state] IDLE\n"), text);
        assertEquals("", shell.print("switchboard:log -n 0 talk"));
        String found = shell.print("switchboard:log -n 100 talk | grep 'who are you'");
        assertEquals(2, found.lines().count(), "the prompt, and the answer that repeats it: " + found);

        JsonNode sessions = shell.run("switchboard:session-list --json talk").json();
        assertEquals(id, sessions.get("project_id").asText());
        assertEquals(1, sessions.get("sessions").size(), "the second run resumed the session: " + sessions);
        String session = sessions.get("sessions").get(0).get("session_id").asText();
        String table = shell.print("switchboard:session-list talk");
        assertTrue(table.contains(session) && table.contains("Hello, who are you?"), table);
        assertTrue(shell.print("switchboard:project-info talk").contains(session));
    }

    @Test
    @DisplayName("H6 M2 M3 log-query, log-export, log-verify and log-repair, also with a damaged record")
    void looksAfterTheLog() throws Exception {
        String id = create("kept");
        shell.print("switchboard:execute kept one");
        List<JsonNode> all = shell.run("switchboard:log --json -n 1000 kept").frames();
        assertEquals(all, shell.run("switchboard:log-export kept").frames());
        JsonNode page = shell.run("switchboard:log-query --json --order desc --limit 2 kept")
                .json();
        assertEquals(2, page.get("messages").size());
        assertEquals(all.size(), page.get("metadata").get("total").asInt());
        assertEquals(all.size(), page.get("messages").get(0).get("seq").asInt());
        assertTrue(shell.run("switchboard:log-verify --json kept")
                .json()
                .get("whole")
                .asBoolean());

        Path segment = segment(id);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("{\"seq\":2,") + 60] ^= 1;
        Files.write(segment, bytes);
        Shell.Outcome damaged = shell.run("switchboard:log-verify --json kept");
        assertEquals(1, damaged.status(), damaged.toString());
        JsonNode finding = damaged.document().get("logs").get(0).get("findings").get(0);
        assertEquals(2, finding.get("from").asInt());
        assertEquals(2, finding.get("to").asInt());
        Shell.Outcome repaired = shell.run("switchboard:log-repair --json kept");
        assertEquals(1, repaired.status(), "what is damaged stays missing");
        assertTrue(repaired.document()
                .get("logs")
                .get(0)
                .get("findings")
                .get(0)
                .get("mended")
                .asBoolean());
        Shell.Outcome export = shell.run("switchboard:log-export kept");
        assertEquals(1, export.status());
        List<JsonNode> left = export.frames();
        assertEquals(all.size(), left.size(), "a gap in place of the record");
        assertEquals("gap", left.get(1).get("type").asText());
        shell.print("switchboard:execute kept two");
    }

    private static Path segment(String project) throws IOException {
        try (Stream<Path> files =
                Files.list(server.dataDir().resolve("projects").resolve(project).resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .findAny()
                    .orElseThrow();
        }
    }

    @Test
    @DisplayName("H1 H6 health, executor-list and url")
    void showsTheServer() throws Exception {
        // A machine that is busy with tests may be degraded; unhealthy, and status 1, it is not.
        String text = shell.print("switchboard:health");
        assertTrue(text.matches("(?s)(healthy|degraded), as of .*\nclaude_cli +│ healthy .*"), text);
        JsonNode health = shell.run("switchboard:health --json").json();
        assertTrue(Set.of("healthy", "degraded").contains(health.get("status").asText()), health.toString());
        assertEquals("healthy", health.at("/checks/claude_cli/status").asText());
        JsonNode executors = shell.run("switchboard:executor-list --json").json();
        assertEquals(1, executors.get("total").asInt());
        assertEquals("claude", executors.at("/executors/0/name").asText());
        assertTrue(executors.at("/executors/0/available").asBoolean());
        String table = shell.print("switchboard:executor-list");
        assertTrue(table.matches("(?s)Name .*\nclaude .*│ available +│ dev.switchboard.executor-claude .*"), table);
        JsonNode store = shell.run("switchboard:store-use --json file").json();
        assertEquals("file", store.get("value").asText());
        URI url = URI.create(shell.print("switchboard:url").strip());
        assertEquals(server.port(), url.getPort());
        greet(url.getFragment().substring("token=".length()), "admin");
    }

    private static void greet(String token, String role) throws Exception {
        try (Client client = Client.connect(server.webSocket(), token)) {
            client.send("hello", Client.data());
            assertEquals(role, client.next("hello").get("data").get("role").asText());
        }
    }

    @Test
    @DisplayName("C5 H6 token-create, -list and -revoke; the secret is shown once")
    void administersTokens() throws Exception {
        String project = create("tokens");
        JsonNode made = shell.run("switchboard:token-create --json --role operator --ttl 15m --project tokens phone")
                .json();
        String secret = made.get("token").asText();
        assertEquals("operator", made.get("role").asText());
        assertEquals(project, made.get("projects").get(0).asText());
        greet(secret, "operator");
        List<String> lines =
                shell.print("switchboard:token-create --days 2 watcher").lines().toList();
        assertEquals(2, lines.size());
        greet(lines.get(0), "viewer");
        assertTrue(lines.get(1).startsWith("(token \"watcher\", role viewer, projects: all, expires: 2"), lines.get(1));

        String table = shell.print("switchboard:token-list");
        JsonNode list = shell.run("switchboard:token-list --json").json();
        assertTrue(list.findValuesAsText("name").containsAll(List.of("phone", "watcher")), list.toString());
        assertTrue(table.matches("(?s)Name +│ Id +│ Role .*\nphone +│ .*│ operator │ 1 .*"), table);
        for (String listing : List.of(table, list.toString())) {
            assertFalse(listing.contains(secret) || listing.contains(lines.get(0)), "a secret is shown");
        }

        assertEquals("Revoked token phone\n", shell.print("switchboard:token-revoke phone"));
        assertThrows(Exception.class, () -> greet(secret, "operator"));
        String watcher = idOf(list, "watcher");
        assertEquals(
                watcher,
                shell.run("switchboard:token-revoke --json " + watcher)
                        .json()
                        .get("id")
                        .asText());
        assertThrows(Exception.class, () -> greet(lines.get(0), "viewer"));
    }

    private static String idOf(JsonNode tokens, String name) {
        for (JsonNode token : tokens.get("tokens")) {
            if (token.get("name").asText().equals(name)) {
                return token.get("id").asText();
            }
        }
        throw new AssertionError(name + " is not in " + tokens);
    }

    /** Who may run which of Karaf's own commands, with arguments that do no harm. */
    private static Map<String, Set<String>> roles() {
        Map<String, Set<String>> roles = new LinkedHashMap<>();
        for (String line : List.of("shell:exec true", "shell:cat /dev/null", "feature:uninstall no")) {
            roles.put(line, ADMINS);
        }
        roles.put("log:get no", ALL);
        return roles;
    }

    @Test
    @DisplayName(
            "H5 H6 cleanup removes what every bundle left behind, in a dry run nothing; what people have to see to stays")
    void cleansUp() throws Exception {
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
        Path agent = Files.createDirectories(server.dataDir().resolve("agents/gone.released"));
        Path tombstone = Files.createDirectories(
                server.dataDir().resolve("projects/.deleted/" + UUID.randomUUID() + "_" + UUID.randomUUID()));
        Path empty = Files.createDirectories(server.dataDir().resolve("projects/" + UUID.randomUUID()));
        Path quarantined = Files.createDirectories(server.dataDir().resolve("quarantine/x"));
        for (Path directory : List.of(agent, empty, quarantined)) {
            Files.setLastModifiedTime(directory, old);
        }
        List<Path> removed = List.of(agent, tombstone, empty);
        JsonNode dry = shell.run("switchboard:cleanup --dry-run --json").json();
        assertTrue(removed.stream().allMatch(Files::exists), "a dry run");
        JsonNode run = shell.run("switchboard:cleanup --json").json();
        assertEquals(dry.get("tasks"), run.get("tasks"));
        List<String> names = new ArrayList<>();
        run.get("tasks").fieldNames().forEachRemaining(names::add);
        assertEquals(
                List.of("agent_directories", "agent_temporary_files", "deleted_logs", "project_directories", "tokens"),
                names);
        for (Path directory : removed) {
            assertTrue(run.findValuesAsText("name").contains(directory.toString()), run.toString());
            assertFalse(Files.exists(directory), directory.toString());
        }
        assertEquals(
                "quarantined", run.at("/tasks/project_directories/left/0/kind").asText());
        assertTrue(Files.exists(quarantined));
        assertTrue(shell.print("switchboard:cleanup").endsWith("removed: 0, left: 1\n"));
    }

    @Test
    @DisplayName("C5 H6 each role may run its part of Karaf's own commands, and no others")
    void keepsToRoles() throws Exception {
        Map<String, Set<String>> allowed = new LinkedHashMap<>();
        roles().keySet().forEach(line -> allowed.put(line, new TreeSet<>()));
        for (String role : ALL) {
            Shell user = shell.user("some-" + role, role + "group");
            for (String line : roles().keySet()) {
                Shell.Outcome outcome = user.run(line);
                if (!isDenied(outcome)) {
                    allowed.get(line).add(role);
                }
            }
        }
        Map<String, Set<String>> expected = new LinkedHashMap<>();
        roles().forEach((line, who) -> expected.put(line, new TreeSet<>(who)));
        assertEquals(expected, allowed);
    }

    private static boolean isDenied(Shell.Outcome outcome) {
        return outcome.status() == 1 && outcome.err().contains("it takes a role that you do not have");
    }

    @Test
    @DisplayName("C5 nobody logs in without a name that is known, and the role that it takes")
    void refusesStrangers() throws Exception {
        for (Shell stranger : List.of(shell.as("stranger"), shell.user("unwelcome", "nogroup"))) {
            Shell.Outcome outcome = stranger.run("switchboard:health");
            assertEquals(255, outcome.status(), outcome.toString());
            assertEquals("", outcome.out());
        }
    }

    @Test
    @DisplayName("H6 the launcher passes on output and status")
    void runsByTheLauncher() throws Exception {
        Server.Outcome good = server.command("shell", "switchboard:project-list --json");
        assertEquals(0, good.status(), good.output());
        assertTrue(Client.JSON.readTree(good.output()).has("projects"));
        for (String line : List.of("info --json", "config --json --set", "execution-list --json")) {
            Server.Outcome outcome = server.command("shell", "switchboard:" + line);
            assertEquals(0, outcome.status(), outcome.output());
            assertTrue(Client.JSON.readTree(outcome.output()).isObject(), outcome.output());
        }
        Server.Outcome bad = server.command("shell", "switchboard:project-info nosuch");
        assertEquals(1, bad.status());
        assertTrue(bad.output().matches("Error: there is no project \"nosuch\".*\n"), bad.output());
    }

    @Test
    @DisplayName("H6 names of projects, tokens and executors are completed at a terminal")
    void completes() throws Exception {
        create("completable");
        Path free = Files.createDirectory(directory.resolve("completed"));
        shell.print("switchboard:token-create completable-token");
        try (Shell.Running terminal = shell.open()) {
            terminal.type("switchboard:project-info compl\t\n");
            terminal.until(directory.resolve("completable").toString());
            terminal.type("switchboard:token-revoke compl\t\n");
            terminal.until("Revoked token completable-token");
            // What was typed has neither the bundle nor quotes in it, and an executor "cl" would be taken as it is.
            terminal.type("switchboard:executor-info cl\t\n");
            terminal.until("dev.switchboard.executor-claude");
            terminal.type("switchboard:project-create --json --executor cl\t " + free + "\n");
            terminal.until("\"executor\":\"claude\"");
            terminal.type("logout\n");
            terminal.end();
        }
    }
}
