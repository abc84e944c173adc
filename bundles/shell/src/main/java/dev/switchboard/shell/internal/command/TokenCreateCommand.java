package dev.switchboard.shell.internal.command;

import dev.switchboard.protocol.Json;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.IssuedToken;
import dev.switchboard.security.TokenRegistry.NewToken;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import dev.switchboard.shell.internal.Times;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Makes a token and shows its secret, once. */
@Service
@Command(
        scope = "switchboard",
        name = "token-create",
        description = "Makes a token and shows it: this is the only time that it can be seen.")
public final class TokenCreateCommand extends ServerCommand {
    private static final int MAX_DAYS = 3650;

    @Argument(index = 0, name = "name", required = true, description = "What logs and other people are shown")
    String name;

    @Option(name = "--role", description = "viewer, operator or admin")
    @Completion(
            value = StringsCompleter.class,
            values = {"viewer", "operator", "admin"})
    String role = Role.VIEWER.wireName();

    @Option(name = "--days", description = "For how many days it is good, from 1 to 3650; without, until it is revoked")
    Integer days;

    @Option(name = "--ttl", description = "For how long it is good: 90s, 15m, 12h or 30d; instead of --days")
    String ttl;

    @Option(name = "--project", multiValued = true, description = "A project that it is good for; without, all of them")
    @Completion(ProjectCompleter.class)
    List<String> projects = List.of();

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        NewToken wanted = new NewToken(name, TokenText.role(role), lifetime(), TokenText.only(projects, call));
        IssuedToken issued = call.services().tokens().create(wanted);
        TokenInfo info = issued.info();
        if (json) {
            call.console().json(Json.object().put("token", issued.secret()).setAll(TokenText.json(info)));
        } else {
            call.console().line(issued.secret());
            call.console()
                    .line("(token \"" + info.name() + "\", role " + info.role().wireName() + ", projects: "
                            + TokenText.projects(info) + ", expires: " + TokenText.expiry(info) + "; not shown again)");
        }
        return 0;
    }

    private Optional<Duration> lifetime() {
        if (days != null && ttl != null) {
            throw invalid("days", "--days and --ttl say the same; give one of them");
        }
        if (days != null && (days < 1 || days > MAX_DAYS)) {
            throw invalid("days", "--days " + days + " is out of range; expected a number from 1 to " + MAX_DAYS);
        }
        return days != null
                ? Optional.of(Duration.ofDays(days))
                : Optional.ofNullable(ttl).map(Times::lifetime);
    }
}
