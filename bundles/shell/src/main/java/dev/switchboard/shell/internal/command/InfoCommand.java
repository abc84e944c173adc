package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.Fields;
import dev.switchboard.shell.internal.ServerAddress;
import dev.switchboard.shell.internal.Times;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows which server this is. */
@Service
@Command(
        scope = "switchboard",
        name = "info",
        description = "Shows which server this is: version, address, data directory, store, Java.")
public final class InfoCommand extends ServerCommand {
    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        Settings settings = call.services().configuration().settings();
        String address = ServerAddress.of(settings);
        Duration uptime = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
        if (json) {
            ObjectNode document = Json.object();
            document.put("version", call.services().version());
            document.put("url", address);
            document.put("pid", ProcessHandle.current().pid());
            document.put("uptime", uptime.toSeconds());
            document.put("data_dir", settings.get(ServerSettings.DATA_DIR));
            document.put("store", settings.get(ServerSettings.STORE));
            document.put("java", Runtime.version().toString());
            call.console().json(document);
        } else {
            new Fields(call.console(), 10)
                    .show("version", call.services().version())
                    .show("url", address)
                    .show("pid", ProcessHandle.current().pid())
                    .show("uptime", Times.span(uptime))
                    .show("data", settings.get(ServerSettings.DATA_DIR))
                    .show("store", settings.get(ServerSettings.STORE))
                    .show("java", Runtime.version());
        }
        return 0;
    }
}
