package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.MessageLog;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.PostgresqlServer;
import dev.switchboard.store.testkit.Projects;
import dev.switchboard.store.testkit.Records;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is said when the store cannot be opened, and what becomes of schemas. */
class OpeningTest {
    private final String schema = Stores.newSchema();
    private final Settings good = Stores.settings(schema);

    /** What is said to clients when the stores are opened with these settings, and everything that the log would have of it. */
    private static String refusal(Settings settings) {
        SwitchboardException messages = assertThrows(
                SwitchboardException.class, () -> Stores.messages(settings).open());
        SwitchboardException projects = assertThrows(
                SwitchboardException.class, () -> Stores.projects(settings).open());
        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, messages.code());
        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, projects.code());
        assertEquals(messages.getMessage(), projects.getMessage());
        StringWriter told = new StringWriter();
        messages.printStackTrace(new PrintWriter(told, true));
        projects.printStackTrace(new PrintWriter(told, true));
        assertFalse(told.toString().contains(settings.get(ServerSettings.POSTGRESQL_PASSWORD)), told.toString());
        return messages.getMessage();
    }

    private static void assertOpens(Settings settings) {
        try (MessageLog log = Stores.messages(settings).open();
                ProjectRegistry registry = Stores.projects(settings).open()) {
            log.append(ProjectId.random(), Records.lines(1, 1));
            registry.create(Projects.plain(1));
        }
    }

    @Test
    @DisplayName("S3 an address where nothing answers is said to be one, at once")
    void unreachable() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String nowhere = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        assertEquals(
                "the database cannot be reached (postgresql.url)",
                refusal(good.with(ServerSettings.POSTGRESQL_URL, nowhere)));
        assertEquals(
                "the server of postgresql.url has no such database",
                refusal(good.with(ServerSettings.POSTGRESQL_URL, Stores.server().url() + "_not")));
        assertOpens(good);
    }

    @Test
    @DisplayName("S3 C5 a wrong user or password is said to be one, and the password is in nothing that is said")
    void wrongPassword() {
        String refused =
                "the database refuses the user or the password (postgresql.user, SWITCHBOARD_POSTGRESQL_PASSWORD)";
        assertEquals(refused, refusal(good.with(ServerSettings.POSTGRESQL_PASSWORD, "not-the-password-7f3")));
        assertEquals(refused, refusal(good.with(ServerSettings.POSTGRESQL_USER, "nobody")));
        assertFalse(ConnectionSettings.of(good).toString().contains(PostgresqlServer.PASSWORD));
        assertOpens(good);
    }

    @Test
    @DisplayName("S3 each schema is a store of its own; one that is not there is made, if the user may do that")
    void schemas() {
        Settings other = good.with(ServerSettings.POSTGRESQL_SCHEMA, schema + "_b");
        ProjectId project = ProjectId.random();
        try (MessageLog one = Stores.messages(good).open();
                MessageLog two = Stores.messages(other).open()) {
            one.append(project, Records.lines(1, 3));
            assertEquals(0, two.head(project).lastSeq());
        }
        Stores.server().sql("CREATE ROLE weak LOGIN PASSWORD '" + PostgresqlServer.PASSWORD + "'");
        Settings weak = good.with(ServerSettings.POSTGRESQL_USER, "weak");
        String mayNot = "the user may not do what it has to: it needs its schema, or the right to create one";
        assertEquals(mayNot, refusal(weak));
        Settings given = weak.with(ServerSettings.POSTGRESQL_SCHEMA, schema + "_c");
        assertEquals(mayNot, refusal(given));
        Stores.server().sql("CREATE SCHEMA " + schema + "_c AUTHORIZATION weak");
        assertOpens(given);
    }

    @Test
    @DisplayName("S3 a server that accepts connections and says nothing is given up when it was told")
    void connectTimeout() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Settings settings = good.with(
                            ServerSettings.POSTGRESQL_URL,
                            "jdbc:postgresql://127.0.0.1:" + mute.getLocalPort() + "/postgres")
                    .with(ServerSettings.POSTGRESQL_CONNECT, Duration.ofSeconds(1));
            long began = System.nanoTime();
            assertThrows(
                    SwitchboardException.class, () -> Stores.messages(settings).open());
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            assertTrue(millis >= 900 && millis < 5_000, millis + " ms");
        }
    }

    @Test
    @DisplayName("S3 P4 a schema of a newer version is refused, and left as it is")
    void newerSchema() {
        assertOpens(good);
        Stores.server().sql("UPDATE " + schema + ".store SET version = 2");
        assertEquals(
                "the schema " + schema
                        + " is of version 2, and this server knows versions up to 1; start the server that"
                        + " it was last used by, or a newer one",
                refusal(good));
        assertEquals("2", Stores.server().sql("SELECT version FROM " + schema + ".store"));
        Stores.server().sql("UPDATE " + schema + ".store SET version = 1");
        assertOpens(good);
    }

    @Test
    @DisplayName("S3 a database whose texts are not UTF-8 is refused")
    void otherEncoding() {
        Stores.server().sql("CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 OWNER switchboard");
        String url = Stores.server().url().replace("/postgres", "/bytes");
        assertEquals(
                "the database's encoding is SQL_ASCII; expected UTF8",
                refusal(good.with(ServerSettings.POSTGRESQL_URL, url)));
    }

    @Test
    @DisplayName("S3 servers that open a new store at once make it once, and one of them has it")
    void firstStarts() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            List<Future<String>> opening = new ArrayList<>();
            List<AutoCloseable> opened = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 6; i++) {
                boolean messages = i % 2 == 0;
                Callable<String> open = () -> {
                    try {
                        opened.add(
                                messages
                                        ? Stores.messages(good).open()
                                        : Stores.projects(good).open());
                        return messages ? "messages" : "projects";
                    } catch (SwitchboardException e) {
                        return e.getMessage() + (e.getMessage().contains("failed") ? e.getCause() : "");
                    }
                };
                opening.add(pool.submit(open));
            }
            List<String> became = new ArrayList<>();
            for (Future<String> one : opening) {
                became.add(one.get(30, TimeUnit.SECONDS));
            }
            for (AutoCloseable store : opened) {
                store.close();
            }
            became.sort(null);
            String held = "another server has the store open, or did a moment ago";
            assertEquals(List.of(held, held, held, held, "messages", "projects"), became);
        } finally {
            pool.shutdownNow();
            assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
        }
    }
}
