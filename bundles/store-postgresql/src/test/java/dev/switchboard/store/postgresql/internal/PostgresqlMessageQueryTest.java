package dev.switchboard.store.postgresql.internal;

import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.store.testkit.MessageQueryContract;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;

/** The contract, with everything as it is configured by default. */
@DisplayName("S3 the store in PostgreSQL")
class PostgresqlMessageQueryTest extends MessageQueryContract {
    private final String schema = Stores.newSchema();

    @Override
    protected MessageLogProvider provider(Clock time) {
        return Stores.messages(Stores.settings(schema), time);
    }
}
