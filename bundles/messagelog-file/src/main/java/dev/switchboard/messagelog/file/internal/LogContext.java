package dev.switchboard.messagelog.file.internal;

import java.time.Clock;
import java.util.function.Supplier;

/**
 * What the logs of all projects share.
 *
 * @param policy the present policy; asked once for each append
 */
record LogContext(FileLayer files, Clock clock, Supplier<LogPolicy> policy, GroupCommit flusher, IndexCache indexes) {}
