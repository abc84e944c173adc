package dev.switchboard.shell.internal.command;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.TokenRegistry;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import dev.switchboard.shell.internal.Printable;
import java.util.Map;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Revokes a token. */
@Service
@Command(
        scope = "switchboard",
        name = "token-revoke",
        description = "Revokes a token; connections that use it are closed.")
public final class TokenRevokeCommand extends ServerCommand {
    @Argument(index = 0, name = "token", required = true, description = "The token's name or id, not the token itself")
    @Completion(TokenCompleter.class)
    String token;

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        TokenRegistry tokens = call.services().tokens();
        Optional<TokenInfo> meant = tokens.list().stream()
                .filter(info -> info.id().equals(token) || info.name().equals(token))
                .findAny();
        if (!tokens.revoke(token)) {
            // What was given may be the secret itself, so it is not repeated.
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    "there is no such token; expected the name or id of one, as token-list shows",
                    Map.of("field", "token"));
        }
        if (json) {
            // One that somebody made between the two calls is revoked too, though it was not seen.
            call.console()
                    .json(meant.map(TokenText::json).orElseGet(Json::object).put("status", "revoked"));
        } else {
            call.console().line("Revoked token " + Printable.line(token, 64));
        }
        return 0;
    }
}
