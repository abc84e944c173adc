package dev.switchboard.store.postgresql.internal;

import dev.switchboard.message.LogHead;
import java.util.UUID;

/**
 * What readers see of a log at one moment.
 *
 * @param id its number in the database; another one after a delete
 */
record LogView(long id, UUID epoch, long firstSeq, long lastSeq) {
    LogHead head() {
        return new LogHead(epoch, firstSeq, lastSeq);
    }

    LogView withFirst(long seq) {
        return new LogView(id, epoch, seq, lastSeq);
    }

    LogView withLast(long seq) {
        return new LogView(id, epoch, firstSeq, seq);
    }
}
