package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ConfigurationEntry;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.Fields;
import dev.switchboard.shell.internal.Printable;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows the configuration that holds. */
@Service
@Command(
        scope = "switchboard",
        name = "config",
        description =
                "Shows the values that hold and where each comes from (default, file, environment), and what is wrong; or all about one key.")
public final class ConfigCommand extends ServerCommand {
    @Argument(index = 0, name = "key", description = "The key; all of them if none is given")
    @Completion(SettingCompleter.class)
    String key;

    @Option(name = "--set", description = "Only keys that somebody has set")
    boolean set;

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        if (key != null) {
            ConfigurationEntry entry = call.services().editor().entry(key);
            if (json) {
                call.console().json(ConfigurationText.document(entry));
            } else {
                show(entry, new Fields(call.console(), 13));
            }
            return 0;
        }
        List<ConfigurationEntry> entries = call.services().editor().entries().stream()
                .filter(entry -> !set || entry.source() != ConfigurationEntry.Source.DEFAULT)
                .toList();
        List<String> problems = call.services().configuration().problems();
        if (json) {
            call.console().json(document(entries, problems));
        } else {
            call.console().table(table(entries));
            problems.forEach(problem -> call.console().line("problem: " + Printable.line(problem, 500)));
        }
        return 0;
    }

    private static void show(ConfigurationEntry entry, Fields fields) {
        fields.show("key", entry.setting().key());
        fields.show("value", ConfigurationText.value(entry));
        fields.show("source", ConfigurationText.source(entry));
        if (!entry.origin().isEmpty()) {
            fields.show("origin", Printable.line(entry.origin(), 500));
        }
        fields.show("default", entry.setting().defaultText());
        fields.show("expected", entry.setting().expected());
        fields.show("change", entry.setting().live() ? "takes effect at once" : "takes effect after a restart");
        fields.show("variable", entry.setting().variable());
        fields.show("description", entry.setting().description());
    }

    private static ObjectNode document(List<ConfigurationEntry> entries, List<String> problems) {
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("settings");
        entries.forEach(entry -> list.add(ConfigurationText.document(entry)));
        ArrayNode wrong = document.putArray("problems");
        problems.forEach(wrong::add);
        return document;
    }

    private static ShellTable table(List<ConfigurationEntry> entries) {
        ShellTable table = new ShellTable().emptyTableText("Every key has its default.");
        List.of("Key", "Value", "Source", "Origin").forEach(table::column);
        for (ConfigurationEntry entry : entries) {
            table.addRow()
                    .addContent(
                            entry.setting().key(),
                            Printable.line(entry.value(), 60),
                            ConfigurationText.source(entry),
                            Printable.line(entry.origin(), 120));
        }
        return table;
    }
}
