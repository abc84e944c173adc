package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.ExecutorEntry;
import dev.switchboard.shell.internal.Fields;
import dev.switchboard.shell.internal.Printable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows what an executor can do. */
@Service
@Command(
        scope = "switchboard",
        name = "executor-info",
        description = "Shows an executor that is installed, and what it can do.")
public final class ExecutorInfoCommand extends ServerCommand {
    private static final int SHOWN = 200;

    @Argument(index = 0, name = "executor", required = true, description = "The executor, as executor-list shows it")
    @Completion(ExecutorCompleter.class)
    String executor;

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ExecutorEntry entry = find(call.services().executors(), executor);
        if (json) {
            call.console().json(document(entry));
        } else {
            show(entry, new Fields(call.console(), 18));
        }
        return 0;
    }

    /** The one of that name which gets new runs. */
    static ExecutorEntry find(List<ExecutorEntry> executors, String name) {
        return executors.stream()
                .filter(entry -> entry.selected() && entry.name().equals(name))
                .findAny()
                .orElseThrow(() -> new SwitchboardException(
                        ErrorCode.EXECUTOR_UNAVAILABLE,
                        "no executor \"" + Printable.line(name, 60) + "\" is installed; there is "
                                + (executors.isEmpty()
                                        ? "none"
                                        : executors.stream()
                                                .map(ExecutorEntry::name)
                                                .distinct()
                                                .collect(Collectors.joining(", "))),
                        Map.of("service", "executor")));
    }

    static ObjectNode document(ExecutorEntry executor) {
        AgentCapabilities abilities = executor.capabilities();
        ObjectNode item = Json.object();
        item.put("name", executor.name());
        item.put("available", abilities.unavailable().isEmpty());
        abilities.unavailable().ifPresent(why -> item.put("message", why));
        abilities.version().ifPresent(version -> item.put("version", version));
        abilities.program().ifPresent(program -> item.put("path", program));
        ArrayNode features = item.putArray("features");
        abilities.features().stream().sorted().forEach(features::add);
        ArrayNode modes = item.putArray("permission_modes");
        abilities.permissionModes().stream().sorted().forEach(modes::add);
        item.put("bundle", executor.bundle());
        item.put("ranking", executor.ranking());
        item.put("selected", executor.selected());
        return item;
    }

    private static void show(ExecutorEntry executor, Fields fields) {
        AgentCapabilities abilities = executor.capabilities();
        fields.show("name", executor.name());
        fields.show(
                "state",
                abilities
                        .unavailable()
                        .map(why -> "unavailable: " + Printable.line(why, SHOWN))
                        .orElse("available"));
        fields.show("version", Printable.line(abilities.version().orElse("-"), SHOWN));
        fields.show("program", Printable.line(abilities.program().orElse("-"), SHOWN));
        fields.show("features", sorted(abilities.features()));
        fields.show("permission modes", sorted(abilities.permissionModes()));
        fields.show("bundle", executor.bundle());
        fields.show("ranking", executor.ranking());
    }

    private static String sorted(Set<String> names) {
        return names.isEmpty() ? "-" : String.join(", ", new TreeSet<>(names));
    }
}
