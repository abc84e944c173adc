package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.store.testkit.MessageQueryContract;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of queries, over many small segments. */
class QueryModelTest extends MessageQueryContract {
    @TempDir
    Path data;

    @Override
    protected MessageLogProvider provider(Clock time) {
        return Stores.provider(data, time, Stores.settings(data, 4096, 7));
    }

    @AfterEach
    void manySegments() {
        assertTrue(Stores.segments(data, project).size() > 40);
    }
}
