package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.message.MessageLog;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.Records;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(Stores.UNSTEADY)
class PostgresqlHealthTest {
    private final Settings settings = Stores.settings(Stores.unsteadyServer(), Stores.newSchema());
    private final PostgresqlMessageLogProvider messages = Stores.messages(settings);
    private final PostgresqlProjectStoreProvider projects = Stores.projects(settings);

    private PostgresqlHealth health(Settings now) {
        return new PostgresqlHealth(Configuration.of(now), messages, projects);
    }

    private Map<String, Double> figures() {
        Map<String, Double> figures = new TreeMap<>();
        messages.collect(new MetricSink() {
            @Override
            public void counter(String name, String help, Map<String, String> labels, double value) {
                figures.put(name, value);
            }

            @Override
            public void gauge(String name, String help, Map<String, String> labels, double value) {
                figures.put(name, value);
            }

            @Override
            public void histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
                figures.put(name, (double) distribution.counts().stream()
                        .mapToLong(Long::longValue)
                        .sum());
            }
        });
        return figures;
    }

    @Test
    @DisplayName("S3 H1 H2 health and figures say whether the database answers, and what was done")
    void tells() {
        assertTrue(health(Settings.defaults()).execute().isOk(), "another store is chosen");
        assertEquals(Result.Status.CRITICAL, health(settings).execute().getStatus());
        try (MessageLog log = messages.open();
                ProjectRegistry registry = projects.open()) {
            ProjectId project = ProjectId.random();
            log.append(project, Records.lines(1, 3));
            assertTrue(health(settings).execute().isOk());
            Map<String, Double> figures = figures();
            assertEquals(3, figures.get("postgresql_records_appended_total"));
            assertEquals(21, figures.get("postgresql_appended_bytes_total"));
            assertEquals(1, figures.get("postgresql_commit_seconds"));
            assertEquals(1, figures.get("postgresql_connected"));
            assertEquals(0, figures.get("postgresql_failures_total"));

            Stores.unsteadyServer().stop();
            try {
                Waiting.until(() -> health(settings).execute().getStatus() == Result.Status.CRITICAL);
                String said = health(settings).execute().toString();
                assertTrue(said.contains("the database does not answer"), said);
                Waiting.until(() -> figures().get("postgresql_connections_lost_total") == 1);
                assertEquals(0, figures().get("postgresql_connected"));
            } finally {
                Stores.unsteadyServer().start();
            }
            Waiting.until(() -> health(settings).execute().isOk());
            assertEquals(3, log.head(project).lastSeq());
            assertEquals(0, registry.list().size());
        }
    }

    @Test
    @DisplayName("S3 H1 why the store cannot be opened is in health, until it is")
    void refusal() {
        Settings wrong = settings.with(ServerSettings.POSTGRESQL_PASSWORD, "wrong");
        PostgresqlMessageLogProvider refused =
                new PostgresqlMessageLogProvider(Configuration.of(wrong), Clock.systemUTC(), Duration.ZERO);
        try {
            refused.open().close();
        } catch (RuntimeException e) {
            String said = new PostgresqlHealth(Configuration.of(wrong), refused, projects)
                    .execute()
                    .toString();
            assertTrue(said.contains("refuses the user or the password"), said);
            return;
        }
        throw new AssertionError("it was opened");
    }
}
