package dev.switchboard.shell.internal.command;

import dev.switchboard.message.MessageQuery;
import dev.switchboard.shell.internal.LogFilter;
import org.apache.karaf.shell.api.action.Option;

/** A command about some of the records of a project's log. */
abstract class LogFilterCommand extends ProjectCommand {
    @Option(name = "--since", description = "Only records later than this time, like 2026-01-31T10:15:30Z")
    String since;

    @Option(name = "--before", description = "Only records earlier than this time")
    String before;

    @Option(name = "--after-seq", description = "Only records with a greater seq")
    long afterSeq;

    @Option(name = "--before-seq", description = "Only records with a smaller seq; 0 means to the last")
    long beforeSeq;

    @Option(name = "--direction", description = "Only records of this direction: client, claude or server")
    String direction;

    @Option(name = "--types", description = "Only records of these types, separated by commas")
    String types;

    /** What was asked for. */
    final MessageQuery filter() {
        return new LogFilter()
                .since(since)
                .before(before)
                .seqs(afterSeq, beforeSeq)
                .direction(direction)
                .types(types)
                .query();
    }
}
