package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import java.util.List;

/** A log as the server uses it: what cannot be appended now is tried again, behind the end that the log has by then. */
final class Retrying {
    private Retrying() {}

    /** Does something as soon as the log is there for it. */
    static void whenOpen(Runnable call) {
        Waiting.until(() -> {
            try {
                call.run();
                return true;
            } catch (SwitchboardException e) {
                assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
                return false;
            }
        });
    }

    /** Appends numbered lines up to the last one, whatever happens. */
    static void appendTo(MessageLog log, ProjectId project, long last, int batch) {
        long[] next = {0};
        while (next[0] <= last) {
            whenOpen(() -> {
                next[0] = log.head(project).lastSeq() + 1;
                if (next[0] <= last) {
                    log.append(project, Records.lines(next[0], Math.min(last, next[0] + batch - 1)));
                }
            });
        }
    }

    /** That the log has the numbered lines up to the last one, each once, and nothing else. */
    static void assertNumbered(MessageLog log, ProjectId project, long last) {
        List<Message> all = Records.readAll(log, project);
        for (int i = 0; i < all.size(); i++) {
            assertEquals(i + 1, all.get(i).seq());
            assertEquals("{\"n\":" + (i + 1) + "}", all.get(i).content().toText());
        }
        assertEquals(last, all.size());
        assertEquals(last, log.head(project).lastSeq());
    }
}
