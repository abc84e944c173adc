package dev.switchboard.shell.internal.command;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.config.Settings;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.NewToken;
import dev.switchboard.shell.internal.ServerAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Prints an address that lets its reader in, for a while. */
@Service
@Command(
        scope = "switchboard",
        name = "url",
        description = "Prints the console's address with a fresh admin token that is good for 15 minutes.")
public final class UrlCommand extends ServerCommand {
    static final Duration LIFETIME = Duration.ofMinutes(15);

    @Override
    int run(Call call) {
        Settings settings = call.services().configuration().settings();
        String url = ServerAddress.of(settings);
        boolean open = settings.get(ServerSettings.AUTH_MODE) == AuthMode.NONE;
        call.console().line(open ? url : url + "?token=" + URLEncoder.encode(secret(call), StandardCharsets.UTF_8));
        return 0;
    }

    private static String secret(Call call) {
        // No two tokens have one name, and nobody has to know this one's.
        String name = "url-" + UUID.randomUUID();
        NewToken token = new NewToken(name, Role.ADMIN, Optional.of(LIFETIME), Optional.empty());
        return call.services().tokens().create(token).secret();
    }
}
