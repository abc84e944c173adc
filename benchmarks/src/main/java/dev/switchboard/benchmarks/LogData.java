package dev.switchboard.benchmarks;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.NewMessage;
import dev.switchboard.message.Origin;
import dev.switchboard.messagelog.file.internal.FileMessageLogProvider;
import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Message logs to measure, and what to fill them with. */
final class LogData {
    /** What a record's line has beside the text in its content, about. */
    private static final int FRAME = 205;

    private static final int BATCH = 100;

    private LogData() {}

    /** Opens the file store in a directory, with a level of durability and everything else as by default. */
    static MessageLog open(Path data, Durability durability) {
        Settings settings = Settings.defaults()
                .with(ServerSettings.DATA_DIR, data.toString())
                .with(ServerSettings.LOG_DURABILITY, durability);
        return new FileMessageLogProvider(Configuration.of(settings)).open();
    }

    /** A record whose line has about so many bytes; one in a thousand is of a rare type. */
    static NewMessage record(long number, int bytes) {
        String text = "x".repeat(Math.max(0, bytes - FRAME));
        return new NewMessage(
                Direction.CLAUDE,
                number % 1000 == 0 ? "result" : "assistant",
                Content.of("{\"type\":\"assistant\",\"n\":" + number + ",\"text\":\"" + text + "\"}"),
                Optional.of(new Origin("0b5f3c52-74c4-4a15-9e0c-3a4e2b1f7a11", number)));
    }

    /** Records with numbers from {@code first} on. */
    static List<NewMessage> records(long first, int count, int bytes) {
        List<NewMessage> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(record(first + i, bytes));
        }
        return records;
    }

    /** Appends records until there are so many. */
    static void fill(MessageLog log, ProjectId project, long records, int bytes) {
        for (long next = log.head(project).lastSeq() + 1; next <= records; next += BATCH) {
            log.append(project, records(next, (int) Math.min(BATCH, records - next + 1), bytes));
        }
    }
}
