package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.process.CustodyCounts;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Times;
import java.util.Comparator;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows the agents in custody. */
@Service
@Command(
        scope = "switchboard",
        name = "custody",
        description =
                "Shows the agents' processes that the server keeps, and how many were launched, killed or survived a kill.")
public final class CustodyCommand extends ServerCommand {
    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        CustodyCounts counts = call.services().custodian().counts();
        List<CustodyRecord> agents = call.services().custodian().records().stream()
                .sorted(Comparator.comparing(CustodyRecord::launchedAt).thenComparing(CustodyRecord::agentId))
                .toList();
        if (json) {
            call.console().json(document(counts, agents));
        } else {
            call.console()
                    .line("launched " + counts.launched() + ", living " + counts.living() + ", killed processes "
                            + counts.killed() + ", survivors " + counts.survivors());
            call.console().table(table(agents));
        }
        return 0;
    }

    private static ObjectNode document(CustodyCounts counts, List<CustodyRecord> agents) {
        ObjectNode document = Json.object();
        document.put("launched", counts.launched());
        document.put("living", counts.living());
        document.put("killed", counts.killed());
        document.put("survivors", counts.survivors());
        ArrayNode list = document.putArray("agents");
        for (CustodyRecord agent : agents) {
            ObjectNode item = list.addObject();
            item.put("agent_id", agent.agentId());
            item.put("pid", agent.pid());
            item.put("alive", agent.alive());
            item.put("launched_at", Timestamps.format(agent.launchedAt()));
            label(item, "project_id", agent, AgentExecutor.LABEL_PROJECT);
            label(item, "execution_id", agent, AgentExecutor.LABEL_EXECUTION);
            label(item, "executor", agent, AgentExecutor.LABEL_EXECUTOR);
            item.put("output_bytes", agent.outputBytes());
            agent.exit().ifPresent(exit -> exit.code().ifPresent(code -> item.put("exit_code", code)));
        }
        return document;
    }

    private static void label(ObjectNode item, String field, CustodyRecord agent, String label) {
        String value = agent.labels().get(label);
        if (value != null) {
            item.put(field, value);
        }
    }

    private static ShellTable table(List<CustodyRecord> agents) {
        ShellTable table = new ShellTable().emptyTableText("There are no agents.");
        List.of("Agent", "Pid", "State", "Since", "Project", "Run", "Output").forEach(table::column);
        for (CustodyRecord agent : agents) {
            table.addRow()
                    .addContent(
                            agent.agentId(),
                            agent.pid(),
                            state(agent),
                            Times.show(agent.launchedAt()),
                            label(agent, AgentExecutor.LABEL_PROJECT),
                            label(agent, AgentExecutor.LABEL_EXECUTION),
                            agent.outputBytes() + " bytes");
        }
        return table;
    }

    private static String state(CustodyRecord agent) {
        if (!agent.alive()) {
            return "ended";
        }
        return agent.labels().containsKey(AgentExecutor.LABEL_EXECUTION) ? "at work" : "idle";
    }

    private static String label(CustodyRecord agent, String label) {
        return Printable.line(agent.labels().getOrDefault(label, "-"), 64);
    }
}
