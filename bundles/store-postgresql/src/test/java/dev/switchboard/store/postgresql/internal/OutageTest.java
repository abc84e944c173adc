package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.MessageLog;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.PostgresqlServer;
import dev.switchboard.store.testkit.Projects;
import dev.switchboard.store.testkit.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/** PostgreSQL goes away, stands still, or is cut off, in the middle of everything. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@ResourceLock(Stores.UNSTEADY)
class OutageTest {
    private static final int MOST_ROUNDS = 20;

    private final String schema = Stores.newSchema();
    private final PostgresqlServer server = Stores.unsteadyServer();
    private final ProjectId project = ProjectId.random();

    private Settings settings(Durability durability) {
        return Stores.settings(server, schema)
                .with(ServerSettings.LOG_DURABILITY, durability)
                .with(ServerSettings.POSTGRESQL_CONNECT, Duration.ofSeconds(2));
    }

    private void restart(boolean orderly) {
        if (orderly) {
            server.stop();
        } else {
            server.crash();
        }
        server.start();
    }

    @Test
    @DisplayName(
            "S3 M2 X8 PostgreSQL crashes and stops under load: no record is lost, doubled or out of order, the epoch stays")
    void underLoad() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        List<ProjectId> projects = List.of(ProjectId.random(), ProjectId.random(), ProjectId.random());
        try (MessageLog log = Stores.messages(settings(Durability.GROUP)).open()) {
            List<LogHead> heads = projects.stream().map(log::head).toList();
            List<Future<?>> writers = new ArrayList<>();
            for (ProjectId one : projects) {
                writers.add(pool.submit(() -> Retrying.appendTo(log, one, 6_000, 7)));
            }
            for (int round = 1; round <= 3; round++) {
                long enough = 900L * round;
                Waiting.until(() -> projects.stream().allMatch(one -> lastSeq(log, one) >= enough));
                restart(round == 2);
            }
            for (Future<?> writer : writers) {
                writer.get(60, TimeUnit.SECONDS);
            }
            for (int i = 0; i < projects.size(); i++) {
                Retrying.assertNumbered(log, projects.get(i), 6_000);
                assertEquals(heads.get(i).epoch(), log.head(projects.get(i)).epoch());
            }
        } finally {
            pool.shutdownNow();
            assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
        }
    }

    private static long lastSeq(MessageLog log, ProjectId one) {
        try {
            return log.head(one).lastSeq();
        } catch (SwitchboardException e) {
            return 0;
        }
    }

    @Test
    @DisplayName("S3 M2 cut off at any moment of an append: it fails and nothing of it is there, or it is there once")
    void cutOff() throws Exception {
        int unknown = 0;
        int cuts = 0;
        try (CuttingProxy proxy = new CuttingProxy(server.port())) {
            String url = server.url().replace(":" + server.port(), ":" + proxy.port());
            Settings settings = settings(Durability.GROUP).with(ServerSettings.POSTGRESQL_URL, url);
            try (MessageLog log = Stores.messages(settings).open()) {
                long last = 0;
                // Connections to read with say things in between, so that which cut strikes a commit is not known
                // before.
                for (int round = 0; round < 2 || unknown == 0 && round < MOST_ROUNDS; round++) {
                    boolean passed = round > 0;
                    for (int at = 1; at <= 4; at++) {
                        Retrying.appendTo(log, project, last + 2, 2);
                        proxy.cutAt(at, passed);
                        boolean appended = appends(log, last + 3);
                        cuts += proxy.hasCut() ? 1 : 0;
                        awaitEndOfTransactions();
                        long kept = Long.parseLong(server.sql("SELECT count(*) FROM " + schema + ".messages"));
                        unknown += !appended && kept > last + 2 ? 1 : 0;
                        proxy.mend();
                        long expected = last + (appended ? 5 : 2);
                        Retrying.whenOpen(() -> Retrying.assertNumbered(log, project, expected));
                        Retrying.appendTo(log, project, last + 5, 3);
                        last += 5;
                        long all = last;
                        Retrying.whenOpen(() -> Retrying.assertNumbered(log, project, all));
                    }
                }
            }
        }
        assertTrue(cuts >= 4, cuts + " cuts");
        assertTrue(unknown >= 1, "there was a commit of which nobody knew");
    }

    /** What was under way when the connection was cut is committed or rolled back by now. */
    private void awaitEndOfTransactions() {
        Waiting.until(() -> server.sql("SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle'"
                        + " AND application_name = 'switchboard " + schema + "'")
                .equals("0"));
    }

    private boolean appends(MessageLog log, long first) {
        try {
            log.append(project, Records.lines(first, first + 2));
            return true;
        } catch (SwitchboardException e) {
            assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
            return false;
        }
    }

    @Test
    @DisplayName("S3 PostgreSQL stands still: calls fail when they were told to, and go on when it does")
    void frozen() {
        Settings settings = settings(Durability.GROUP).with(ServerSettings.POSTGRESQL_TIMEOUT, Duration.ofSeconds(1));
        Project known = Projects.plain(1);
        try (MessageLog log = Stores.messages(settings).open();
                ProjectRegistry registry = Stores.projects(settings).open()) {
            log.append(project, Records.lines(1, 3));
            registry.create(known);
            server.freeze();
            try {
                long began = System.nanoTime();
                assertTrue(!appends(log, 4));
                assertThrows(
                        SwitchboardException.class,
                        () -> registry.update(known.id(), before -> before.withName(Optional.of("lost"))));
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                assertTrue(millis < 8_000, millis + " ms");
                assertEquals(List.of(known), registry.list(), "what is in memory is read all the same");
            } finally {
                server.goOn();
            }
            Retrying.appendTo(log, project, 6, 3);
            Retrying.assertNumbered(log, project, 6);
            Waiting.until(() -> renames(registry, known));
        }
        try (ProjectRegistry registry = Stores.projects(settings).open()) {
            assertEquals(Optional.of("kept"), registry.list().get(0).name());
        }
    }

    private static boolean renames(ProjectRegistry registry, Project known) {
        try {
            assertEquals(Optional.of(known), registry.find(known.id()));
            registry.update(known.id(), before -> before.withName(Optional.of("kept")));
            return true;
        } catch (SwitchboardException e) {
            return false;
        }
    }

    @Test
    @DisplayName(
            "S3 M2 with log.durability = os a crash of PostgreSQL makes a new epoch, an orderly stop and our own crash do not")
    void durabilityOs() {
        LogHead before;
        LogHead idle;
        ProjectId other = ProjectId.random();
        PostgresqlMessageLogProvider provider = Stores.messages(settings(Durability.OS));
        try (MessageLog log = provider.open()) {
            idle = log.head(other);
            log.append(project, Records.lines(1, 5));
            before = log.head(project);
            restart(true);
            Waiting.until(() -> provider.figures().losses() == 1 && isOpen(log));
            assertEquals(before, log.head(project));
            restart(false);
            Waiting.until(() -> provider.figures().losses() == 2 && isOpen(log));
            assertNotEquals(before.epoch(), log.head(project).epoch());
            assertEquals(idle, log.head(other), "nothing was written to it");
            long kept = log.head(project).lastSeq();
            Retrying.appendTo(log, project, kept + 5, 5);
            before = log.head(project);
            Retrying.assertNumbered(log, project, kept + 5);
        }
        restart(false);
        try (MessageLog log = Stores.messages(settings(Durability.OS)).open()) {
            assertEquals(before, log.head(project), "closing made everything durable");
        }
    }

    private boolean isOpen(MessageLog log) {
        try {
            return log.head(project) != null;
        } catch (SwitchboardException e) {
            return false;
        }
    }

    @Test
    @DisplayName("S3 M4 a dump that was restored has the same records and projects, and new epochs")
    void restored() {
        LogHead before;
        Project full = Projects.full();
        try (MessageLog log = Stores.messages(settings(Durability.GROUP)).open();
                ProjectRegistry registry =
                        Stores.projects(settings(Durability.GROUP)).open()) {
            registry.create(full);
            log.append(project, Records.lines(1, 20));
            before = log.head(project);
            server.tool(
                    "pg_dump",
                    "-Fc",
                    "-n",
                    schema,
                    "-f",
                    server.directory().resolve("dump").toString());
            log.append(project, Records.lines(21, 22)); // not in the dump
        }
        server.sql("DROP SCHEMA " + schema + " CASCADE");
        server.tool("pg_restore", server.directory().resolve("dump").toString());
        try (MessageLog log = Stores.messages(settings(Durability.GROUP)).open();
                ProjectRegistry registry =
                        Stores.projects(settings(Durability.GROUP)).open()) {
            assertEquals(List.of(full), registry.list());
            Retrying.assertNumbered(log, project, 20);
            assertNotEquals(before.epoch(), log.head(project).epoch());
        }
    }
}
