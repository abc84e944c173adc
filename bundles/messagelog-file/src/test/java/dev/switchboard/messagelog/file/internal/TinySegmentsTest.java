package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.store.testkit.MessageLogContract;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

/** The contract, with segments of two records. */
class TinySegmentsTest extends MessageLogContract {
    @TempDir
    Path data;

    @Override
    protected MessageLogProvider provider(Clock time) {
        return Stores.provider(data, time, Stores.settings(data, 1 << 20, 2));
    }
}
