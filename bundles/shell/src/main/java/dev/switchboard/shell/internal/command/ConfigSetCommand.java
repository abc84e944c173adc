package dev.switchboard.shell.internal.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Gives a key of the configuration a value. */
@Service
@Command(
        scope = "switchboard",
        name = "config-set",
        description =
                "Gives a key a value, in the configuration file, after it was checked. Secrets and keys that the environment sets are refused.")
public final class ConfigSetCommand extends ServerCommand {
    @Argument(index = 0, name = "key", required = true, description = "The key")
    @Completion(SettingCompleter.class)
    String key;

    @Argument(index = 1, name = "value", required = true, description = "The value, as it would stand in the file")
    String value;

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        ConfigurationText.tell(call.services().editor().set(key, value), json, call.console());
        return 0;
    }
}
