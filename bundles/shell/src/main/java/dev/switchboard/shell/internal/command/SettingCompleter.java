package dev.switchboard.shell.internal.command;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.shell.internal.Services;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;

/** Keys of the configuration, without secrets. */
@Service
public final class SettingCompleter extends ServerCompleter {
    @Override
    List<Candidate> candidates(Services services) {
        return ServerSettings.all().stream()
                .filter(setting -> !setting.secret())
                .map(setting -> candidate(setting.key(), setting.description()))
                .toList();
    }
}
