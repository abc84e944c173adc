package dev.switchboard.store.postgresql.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import java.time.Duration;

/**
 * How PostgreSQL is reached, as it was configured when the store was opened.
 *
 * @param url a JDBC URL without user and password
 * @param password a secret; empty if none is to be shown
 * @param schema a name that needs no quotes
 * @param readers how many connections there are to read with
 * @param connect how long it may take to connect
 * @param timeout how long an answer may take
 */
record ConnectionSettings(
        String url, String user, String password, String schema, int readers, Duration connect, Duration timeout) {
    static ConnectionSettings of(Settings settings) {
        return new ConnectionSettings(
                settings.get(ServerSettings.POSTGRESQL_URL),
                settings.get(ServerSettings.POSTGRESQL_USER),
                settings.get(ServerSettings.POSTGRESQL_PASSWORD),
                settings.get(ServerSettings.POSTGRESQL_SCHEMA),
                settings.get(ServerSettings.POSTGRESQL_CONNECTIONS),
                settings.get(ServerSettings.POSTGRESQL_CONNECT),
                settings.get(ServerSettings.POSTGRESQL_TIMEOUT));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return url + " as " + user + ", schema " + schema;
    }
}
