package dev.switchboard.messagelog.file.internal;

import java.time.Clock;
import java.util.function.Supplier;

/**
 * What the logs of all projects share.
 *
 * @param policy the present policy; asked once for each append
 * @param boot which start of the machine this is
 * @param figures counts over all projects
 */
record LogContext(
        FileLayer files,
        Clock clock,
        Supplier<LogPolicy> policy,
        GroupCommit flusher,
        IndexCache indexes,
        BootId boot,
        LogFigures figures) {}
