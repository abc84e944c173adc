package dev.switchboard.shell.internal.command;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.NewToken;
import dev.switchboard.shell.internal.ServerAddress;
import dev.switchboard.shell.internal.Times;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Prints an address that lets its reader in, for a while. */
@Service
@Command(
        scope = "switchboard",
        name = "url",
        description =
                "Prints the console's address with a fresh token that is good for a while, 15 minutes and everything"
                        + " unless told otherwise.")
public final class UrlCommand extends ServerCommand {
    /** What is good for longer has no business in a URL. */
    private static final Duration LONGEST = Duration.ofDays(1);

    @Option(name = "--role", description = "viewer, operator or admin")
    @Completion(
            value = StringsCompleter.class,
            values = {"viewer", "operator", "admin"})
    String role = Role.ADMIN.wireName();

    @Option(
            name = "--ttl",
            description = "For how long it is good, and its connections with it: 90s, 15m or 12h, at most 1d")
    String ttl = "15m";

    @Option(name = "--project", multiValued = true, description = "A project that it is good for; without, all of them")
    @Completion(ProjectCompleter.class)
    List<String> projects = List.of();

    @Override
    int run(Call call) {
        Settings settings = call.services().configuration().settings();
        String url = ServerAddress.of(settings);
        boolean open = settings.get(ServerSettings.AUTH_MODE) == AuthMode.NONE;
        // In the fragment, which browsers send to nobody: so it is in no log of a server or proxy.
        call.console().line(open ? url : url + "#token=" + URLEncoder.encode(secret(call), StandardCharsets.UTF_8));
        return 0;
    }

    private String secret(Call call) {
        // No two tokens have one name, and nobody has to know this one's.
        String name = "url-" + UUID.randomUUID();
        NewToken token =
                new NewToken(name, TokenText.role(role), Optional.of(lifetime()), TokenText.only(projects, call));
        return call.services().tokens().create(token).secret();
    }

    private Duration lifetime() {
        Duration lifetime = Times.lifetime(ttl);
        if (lifetime.compareTo(LONGEST) > 0) {
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    "--ttl is too long for a URL; expected at most 1d, or a token from token-create",
                    Map.of("field", "ttl"));
        }
        return lifetime;
    }
}
