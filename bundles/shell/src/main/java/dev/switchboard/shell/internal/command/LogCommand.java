package dev.switchboard.shell.internal.command;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.LogHead;
import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.FrameView;
import dev.switchboard.shell.internal.LogFollower;
import dev.switchboard.shell.internal.LogView;
import dev.switchboard.shell.internal.ProjectWatch;
import dev.switchboard.shell.internal.RecordView;
import dev.switchboard.shell.internal.Services;
import java.util.Map;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows the end of a project's log, and what comes. */
@Service
@Command(scope = "switchboard", name = "log", description = "Shows the last records of a project's log.")
public final class LogCommand extends ProjectCommand {
    static final int MAX_RECORDS = 1_000_000;

    @Option(name = "-n", aliases = "--records", description = "How many records, from 0 to 1000000")
    int records = 20;

    @Option(name = "-f", aliases = "--follow", description = "Goes on with what comes, until Ctrl-C")
    boolean follow;

    @Option(name = "--json", description = "The records as clients get them, one JSON document on a line")
    boolean json;

    @Override
    int run(Call call) {
        if (records < 0 || records > MAX_RECORDS) {
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    "-n " + records + " is out of range; expected a number from 0 to " + MAX_RECORDS,
                    Map.of("field", "limit"));
        }
        ProjectStatus status = project(call);
        ProjectId id = status.project().id();
        ProjectWatch watch = new ProjectWatch(id);
        RecordView view = json ? new FrameView(id, call.console()) : new LogView(call.console());
        LogHead head = status.log();
        // The seqs have no holes, so the last so many records need not be looked for.
        long start = Math.max(head.firstSeq() - 1, head.lastSeq() - records);
        LogFollower follower = new LogFollower(call.services(), id, start, watch, view, call.console());
        if (follow) {
            follow(call, watch, follower);
        } else {
            follower.showTo(head.lastSeq());
        }
        return 0;
    }

    private static void follow(Call call, ProjectWatch watch, LogFollower follower) {
        try (Services.Registration listening = call.services().listen(watch)) {
            follower.showAll();
        } catch (InterruptedException e) {
            // Ctrl-C is how this ends.
            Thread.currentThread().interrupt();
        }
    }
}
