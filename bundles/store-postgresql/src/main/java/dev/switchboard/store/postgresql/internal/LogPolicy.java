package dev.switchboard.store.postgresql.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;

/**
 * When records count as kept, and for how long they are.
 *
 * @param durability when a record may be shown
 * @param retainDays a record is removed when it is older; 0 = never
 * @param retainBytes a project's oldest records are removed while the contents of all are larger; 0 = never
 */
record LogPolicy(Durability durability, int retainDays, long retainBytes) {
    static LogPolicy of(Settings settings) {
        return new LogPolicy(
                settings.get(ServerSettings.LOG_DURABILITY),
                settings.get(ServerSettings.LOG_RETAIN_DAYS),
                settings.get(ServerSettings.LOG_RETAIN_BYTES));
    }

    boolean removesAny() {
        return retainDays > 0 || retainBytes > 0;
    }

    /** Whether a commit returns only when the database has it on its disk. */
    boolean synced() {
        return durability != Durability.OS;
    }
}
