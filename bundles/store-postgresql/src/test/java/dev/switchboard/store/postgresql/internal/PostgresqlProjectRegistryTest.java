package dev.switchboard.store.postgresql.internal;

import dev.switchboard.project.ProjectStoreProvider;
import dev.switchboard.store.testkit.ProjectRegistryContract;
import org.junit.jupiter.api.DisplayName;

/** The contract, with everything as it is configured by default. */
@DisplayName("S3 the store in PostgreSQL")
class PostgresqlProjectRegistryTest extends ProjectRegistryContract {
    private final String schema = Stores.newSchema();

    @Override
    protected ProjectStoreProvider provider() {
        return Stores.projects(Stores.settings(schema));
    }
}
