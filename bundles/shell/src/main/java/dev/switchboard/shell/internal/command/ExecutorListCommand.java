package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.ExecutorEntry;
import dev.switchboard.shell.internal.Printable;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists the executors. */
@Service
@Command(
        scope = "switchboard",
        name = "executor-list",
        description = "Lists the installed executors; of several with one name the first gets the new runs.")
public final class ExecutorListCommand extends ServerCommand {
    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        List<ExecutorEntry> executors = call.services().executors();
        if (json) {
            call.console().json(document(executors));
        } else {
            call.console().table(table(executors));
        }
        return 0;
    }

    private static ObjectNode document(List<ExecutorEntry> executors) {
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("executors");
        executors.forEach(executor -> list.add(ExecutorInfoCommand.document(executor)));
        return document.put("total", executors.size());
    }

    private static ShellTable table(List<ExecutorEntry> executors) {
        ShellTable table = new ShellTable().emptyTableText("There are no executors: no agent can be run.");
        List.of("Name", "Version", "State", "Bundle", "Ranking", "Program").forEach(table::column);
        for (ExecutorEntry executor : executors) {
            AgentCapabilities abilities = executor.capabilities();
            table.addRow()
                    .addContent(
                            Printable.line(executor.name(), 64),
                            Printable.line(abilities.version().orElse("-"), 40),
                            state(executor),
                            executor.bundle(),
                            executor.ranking(),
                            Printable.line(abilities.program().orElse("-"), 200));
        }
        return table;
    }

    private static String state(ExecutorEntry executor) {
        String ability = executor.capabilities()
                .unavailable()
                .map(why -> "unavailable: " + Printable.line(why, 120))
                .orElse("available");
        return executor.selected() ? ability : ability + ", outranked";
    }
}
