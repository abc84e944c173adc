package dev.switchboard.shell.internal.command;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.shell.internal.Printable;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
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

    @Override
    int run(Call call) {
        if (!call.services().tokens().revoke(token)) {
            // What was given may be the secret itself, so it is not repeated.
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    "there is no such token; expected the name or id of one, as token-list shows",
                    Map.of("field", "token"));
        }
        call.console().line("Revoked token " + Printable.line(token, 64));
        return 0;
    }
}
