package dev.switchboard.shell.internal.audit;

import dev.switchboard.audit.AuditRecord;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.security.TokenRegistry;
import java.util.List;
import java.util.stream.Collectors;

/** Records which tokens a user of the shell makes and revokes; never a secret. */
record AuditedTokens(TokenRegistry service, ShellAudit audit) implements TokenRegistry {
    @Override
    public IssuedToken create(NewToken token) {
        AuditRecord wish = audit.entry("token_create")
                .with("name", token.name())
                .with("role", token.role().wireName())
                .with("projects", token.projects().isEmpty() ? "all" : projects(token));
        return audit.call(
                wish,
                () -> service.create(token),
                (entry, issued) -> entry.with("id", issued.info().id()));
    }

    private static String projects(NewToken token) {
        return token.projects().orElseThrow().stream()
                .map(Object::toString)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    @Override
    public List<TokenInfo> list() {
        return service.list();
    }

    /** What names no token may be a secret, so it is recorded only if it does. */
    @Override
    public boolean revoke(String idOrName) {
        return audit.call(
                audit.entry("token_revoke"),
                () -> service.revoke(idOrName),
                (entry, done) -> done ? entry.with("token", idOrName) : entry.failed(ErrorCode.VALIDATION_FAILED));
    }
}
