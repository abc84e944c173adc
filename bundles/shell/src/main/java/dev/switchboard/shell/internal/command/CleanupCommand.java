package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.cleanup.CleanupRun;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import dev.switchboard.shell.internal.Printable;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Removes what is left behind. */
@Service
@Command(
        scope = "switchboard",
        name = "cleanup",
        description =
                "Removes what ended agents, deleted projects and expired tokens left behind, and lists what somebody has to"
                        + " look at. Exit status 1 if a part of it failed.")
public final class CleanupCommand extends ServerCommand {
    @Option(name = "--dry-run", description = "Only lists what would be removed")
    boolean dryRun;

    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        CleanupRun run = call.services().cleanup().run(dryRun);
        if (json) {
            call.console().json(document(run));
        } else {
            call.console().table(table(run));
            call.console()
                    .line((run.dryRun() ? "to be removed: " : "removed: ") + run.removed() + ", left: " + run.left());
        }
        return run.failures().isEmpty() ? 0 : BAD_NEWS;
    }

    private static ObjectNode document(CleanupRun run) {
        ObjectNode document = Json.object();
        document.put("timestamp", Timestamps.format(run.at()));
        document.put("dry_run", run.dryRun());
        ObjectNode tasks = document.putObject("tasks");
        run.reports().forEach((name, report) -> {
            ObjectNode task = tasks.putObject(name);
            add(task.putArray("removed"), report.removed());
            add(task.putArray("left"), report.left());
        });
        run.failures().forEach((name, why) -> tasks.putObject(name).put("failed", why));
        return document;
    }

    private static void add(ArrayNode target, List<Item> items) {
        items.forEach(item -> target.addObject().put("kind", item.kind()).put("name", item.name()));
    }

    private static ShellTable table(CleanupRun run) {
        ShellTable table = new ShellTable();
        List.of("Task", "What becomes of it", "Kind", "Name").forEach(table::column);
        table.emptyTableText("nothing was found");
        run.reports().forEach((task, report) -> {
            report.removed().forEach(item -> add(table, task, run.dryRun() ? "to be removed" : "removed", item));
            report.left().forEach(item -> add(table, task, "left", item));
        });
        run.failures().forEach((task, why) -> table.addRow().addContent(task, "failed", "", Printable.line(why, 300)));
        return table;
    }

    private static void add(ShellTable table, String task, String fate, Item item) {
        table.addRow().addContent(task, fate, item.kind(), Printable.line(item.name(), 300));
    }
}
