package dev.switchboard.shell.internal;

import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;

/** Shows the records of a project's log to somebody, one after the other. */
public interface RecordView {
    void show(Message message);

    /** Records that should be there and are not. */
    void missing(Gap gap);

    /** The log is another one from here on. */
    void replaced();
}
