package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.Records;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What a store costs that nobody uses. Alone, for it counts everybody's threads. */
@Isolated
class IdleTest {
    private final String schema = Stores.newSchema();

    @Test
    @DisplayName(
            "S3 a provider has neither connections nor threads before it is asked to open, nor after it was closed")
    void idle() {
        Settings settings =
                Stores.settings(schema).with(ServerSettings.POSTGRESQL_URL, "jdbc:postgresql://192.0.2.1:1/none");
        long before = ours();
        PostgresqlMessageLogProvider messages = Stores.messages(settings);
        PostgresqlProjectStoreProvider projects = Stores.projects(settings);
        assertEquals(before, ours());
        messages.deactivate();
        projects.deactivate();
        try (MessageLog log = Stores.messages(Stores.settings(schema)).open();
                ProjectRegistry registry =
                        Stores.projects(Stores.settings(schema)).open()) {
            log.append(ProjectId.random(), Records.lines(1, 1));
            assertEquals(
                    1,
                    log.read(log.projects().iterator().next(), MessageQuery.all())
                            .messages()
                            .size());
            assertEquals(0, registry.list().size());
        }
        Waiting.until(() -> ours() <= before);
        assertEquals("0", Stores.server().sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"));
    }

    private static long ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("switchboard-postgresql"))
                .count();
    }
}
