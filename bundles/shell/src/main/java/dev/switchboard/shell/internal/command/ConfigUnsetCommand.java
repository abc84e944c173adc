package dev.switchboard.shell.internal.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Takes a key out of the configuration file. */
@Service
@Command(
        scope = "switchboard",
        name = "config-unset",
        description = "Takes a key out of the configuration file, so that its default holds.")
public final class ConfigUnsetCommand extends ServerCommand {
    @Argument(index = 0, name = "key", required = true, description = "The key")
    @Completion(SettingCompleter.class)
    String key;

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ConfigurationText.tell(call.services().editor().unset(key), json, call.console());
        return 0;
    }
}
