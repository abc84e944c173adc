package dev.switchboard.shell.internal.command;

import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import dev.switchboard.project.ProjectId;
import dev.switchboard.shell.internal.FrameView;
import dev.switchboard.shell.internal.PageView;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Writes all records that match, page by page. */
@Service
@Command(
        scope = "switchboard",
        name = "log-export",
        description =
                "Writes all records that match as clients get them, the oldest first, one JSON document on a line."
                        + " Exit status 1 if records are missing in between.")
public final class LogExportCommand extends LogFilterCommand {
    private static final int PAGE = 1000;
    private static final long PAGE_BYTES = 1 << 20;

    @Override
    int run(Call call) {
        MessageQuery query = filter().withLimit(PAGE).withMaxBytes(PAGE_BYTES);
        ProjectId id = project(call).project().id();
        FrameView view = new FrameView(id, call.console());
        boolean whole = true;
        Optional<String> next = Optional.empty();
        do {
            MessagePage page = call.services()
                    .projects()
                    .history(id, next.map(query::withCursor).orElse(query));
            PageView.show(page, Order.ASCENDING, view);
            whole &= page.gaps().isEmpty();
            next = page.nextCursor();
        } while (next.isPresent() && !call.console().isGone());
        return whole ? 0 : BAD_NEWS;
    }
}
