package dev.switchboard.store.postgresql.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.store.testkit.PostgresqlServer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores for tests, all in one server, each in a schema of its own. */
final class Stores {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    /** Ended with the JVM. */
    private static final class Shared {
        private static final PostgresqlServer SERVER = PostgresqlServer.make();
    }

    /** Ended with the JVM. */
    private static final class Unsteady {
        private static final PostgresqlServer SERVER = PostgresqlServer.make();
    }

    /** What tests lock that use {@link #unsteadyServer}. */
    static final String UNSTEADY = "unsteady PostgreSQL";

    private Stores() {}

    static PostgresqlServer server() {
        PostgresqlServer.assumeInstalled(); // in the test, not in the class that makes it once
        return Shared.SERVER;
    }

    /** One that tests stop and start; others, which run at the same time, do not use it. */
    static PostgresqlServer unsteadyServer() {
        PostgresqlServer.assumeInstalled();
        return Unsteady.SERVER;
    }

    /** A schema that nobody has. */
    static String newSchema() {
        return "test_" + SCHEMAS.incrementAndGet();
    }

    static Settings settings(String schema) {
        return settings(server(), schema);
    }

    static Settings settings(PostgresqlServer server, String schema) {
        return Settings.defaults()
                .with(ServerSettings.STORE, "postgresql")
                .with(ServerSettings.POSTGRESQL_URL, server.url())
                .with(ServerSettings.POSTGRESQL_PASSWORD, PostgresqlServer.PASSWORD)
                .with(ServerSettings.POSTGRESQL_SCHEMA, schema);
    }

    static PostgresqlMessageLogProvider messages(Settings settings) {
        return messages(settings, Clock.systemUTC());
    }

    static PostgresqlMessageLogProvider messages(Settings settings, Clock clock) {
        return new PostgresqlMessageLogProvider(Configuration.of(settings), clock, Duration.ofSeconds(5));
    }

    static PostgresqlProjectStoreProvider projects(Settings settings) {
        return new PostgresqlProjectStoreProvider(Configuration.of(settings), Duration.ofMillis(1));
    }
}
