package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.store.testkit.PostgresqlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store in PostgreSQL, as an operator comes to it: one story, told in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PostgresIT {
    private static final int LINES = 3000;

    @TempDir
    static Path directory;

    private PostgresqlServer database;
    private Server server;
    /** Asks for projects and messages, and hears of every project that comes and goes. */
    private Client client;
    /** Has joined the project in the database. */
    private Client member;

    private String inFiles;
    private String inDatabase;

    @BeforeAll
    void start() throws Exception {
        database = PostgresqlServer.make();
        Path etc = Files.createDirectories(directory.resolve("etc"));
        Files.writeString(
                etc.resolve("dev.switchboard.cfg"),
                "limits.executions.per.minute = 0\npostgresql.url = " + database.url() + "\n");
        Path password = Files.writeString(directory.resolve("password"), PostgresqlServer.PASSWORD + "\n");
        server = new Server(directory.resolve("data"))
                .set("ETC", etc.toString())
                .set("POSTGRESQL_PASSWORD_FILE", password.toString())
                .start();
        client = server.connect();
    }

    @AfterAll
    void end() throws Exception {
        try (PostgresqlServer last = database) {
            if (server != null) {
                Stream.of(client, member).filter(Objects::nonNull).forEach(Client::close);
                server.close();
            }
        }
    }

    private String project(Client by, String name) throws Exception {
        String id =
                by.create(Files.createDirectories(directory.resolve("projects").resolve(name))
                        .toString());
        by.join(id);
        by.execute(id, "hello");
        by.run();
        return id;
    }

    private void shell(String line) throws Exception {
        Server.Outcome outcome = server.command("shell", line);
        assertEquals(0, outcome.status(), outcome.output());
    }

    /** Goes over to a store, and waits until it has the projects that it should have. */
    private void use(String store, List<String> projects) throws Exception {
        shell("switchboard:store-use " + store);
        awaitProjects(projects);
    }

    private void awaitProjects(List<String> projects) throws Exception {
        Server.await("there are the projects " + projects, 30, () -> {
            try {
                client.send("project_list", Client.data());
                JsonNode answer = client.until(frame -> Set.of("project_list", "error")
                        .contains(frame.get("type").asText()));
                return answer.get("type").asText().equals("project_list") && projects.equals(ids());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private List<String> ids() throws Exception {
        return History.projects(client).stream()
                .map(one -> one.get("id").asText())
                .toList();
    }

    private double metric(String name) {
        try {
            return Scrape.of(server).get("switchboard_postgresql_" + name);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void awaitConnected(boolean wanted) throws Exception {
        Server.await("connected: " + wanted, 20, () -> metric("connected") == (wanted ? 1 : 0));
    }

    @Test
    @Order(1)
    @DisplayName("S3 S2 a running server goes over from files to PostgreSQL, over one connection that stays open")
    void goesOver() throws Exception {
        try (Client first = server.connect()) {
            inFiles = project(first, "files");
        }
        shell("feature:install switchboard-store-postgresql");
        use("postgresql", List.of()); // what is in files stays there
        member = server.connect();
        inDatabase = project(member, "database");
        List<JsonNode> messages = History.whole(client, inDatabase);
        assertTrue(messages.size() >= 6, messages.toString());
        assertEquals(
                messages.size() + "",
                database.sql("SELECT count(*) FROM switchboard.history WHERE project = '" + inDatabase + "'"));
        assertEquals(messages.size(), metric("records_appended_total"));
        Server.Outcome verified = server.command("shell", "switchboard:log-verify");
        assertEquals(1, verified.status());
        assertTrue(
                verified.output().contains("the store \"postgresql\" has nothing to be verified"), verified.output());
    }

    @Test
    @Order(2)
    @DisplayName(
            "S3 X8 M2 PostgreSQL crashes and stops under a run: it goes on when it is back, nothing is lost or doubled")
    void outage() throws Exception {
        long before = History.whole(client, inDatabase).size();
        member.execute(inDatabase, "[[flood lines=" + LINES + " bytes=600]]");
        member.until(frame -> frame.path("seq").asLong() > before + 100);
        database.crash();
        awaitConnected(false);
        database.start();
        member.until(frame -> frame.path("seq").asLong() > before + 1000);
        database.stop();
        awaitConnected(false);
        database.start();
        awaitConnected(true);
        List<JsonNode> messages = History.settled(client, inDatabase);
        Set<String> numbers = new HashSet<>();
        List<String> doubled = new ArrayList<>();
        for (JsonNode message : messages) {
            String text = message.at("/message/content/message/content/0/text").asText();
            if (text.matches("(?s)\\d{10}/\\d{10}.*") && !numbers.add(text.substring(0, 10))) {
                doubled.add(text.substring(0, 10));
            }
        }
        assertEquals(List.of(), doubled);
        assertEquals(LINES, numbers.size());
        assertEquals("IDLE", History.stateOf(History.project(client, inDatabase)));
    }

    @Test
    @Order(3)
    @DisplayName(
            "S3 M2 P4 a server that is killed finds all of it again; what is in files is there when those are chosen again")
    void killed() throws Exception {
        List<JsonNode> messages = History.whole(client, inDatabase);
        List<JsonNode> projects = History.projects(client);
        server.kill();
        client.close();
        member.close();
        Server.Outcome wrong = server.set("FEATURES", "switchboard-none").command("run");
        assertEquals(78, wrong.status(), wrong.output());
        // Karaf's cache is made anew by this, as by an upgrade, and what was installed in the shell goes with it.
        server.set("FEATURES", "switchboard-store-postgresql").start();
        client = server.connect();
        awaitProjects(List.of(inDatabase)); // the database may need a moment to notice that the killed one is gone
        assertEquals(projects, History.projects(client));
        assertEquals(messages, History.whole(client, inDatabase));
        use("file", List.of(inFiles));
        assertTrue(History.whole(client, inFiles).size() >= 6);
        use("postgresql", List.of(inDatabase));
        assertEquals(messages, History.whole(client, inDatabase));
    }

    @Test
    @Order(4)
    @DisplayName("S3 C5 H3 the password is in no file of the server, and in no agent's environment")
    void secret() throws Exception {
        member = server.connect();
        member.join(inDatabase);
        member.execute(inDatabase, "hello again");
        member.run();
        assertFalse(server.agentProcesses().isEmpty(), "an agent waits for another turn");
        assertEquals(
                List.of(server.instance().get("pid").asLong()),
                Trees.processesNaming(directory.resolve("password").toString()));
        assertFalse(server.console().contains(PostgresqlServer.PASSWORD));
        assertEquals(List.of(), Trees.filesNaming(server.dataDir(), PostgresqlServer.PASSWORD));
    }
}
