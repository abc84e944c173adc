package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.store.testkit.MessageLogContract;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

/** The contract, with everything as it is configured by default. */
class FileMessageLogTest extends MessageLogContract {
    @TempDir
    Path data;

    @Override
    protected MessageLogProvider provider(Clock time) {
        return Stores.provider(data, time, Stores.settings(data));
    }
}
