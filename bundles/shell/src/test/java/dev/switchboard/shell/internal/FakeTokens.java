package dev.switchboard.shell.internal;

import dev.switchboard.security.TokenRegistry;
import java.util.ArrayList;
import java.util.List;

/** Tokens in memory, all of them with one secret. */
public final class FakeTokens implements TokenRegistry {
    public static final String SECRET = "sb_secret+of/the=token";

    public final List<NewToken> wanted = new ArrayList<>();
    private final List<TokenInfo> kept = new ArrayList<>();

    @Override
    public IssuedToken create(NewToken token) {
        wanted.add(token);
        TokenInfo info = new TokenInfo(
                "id-" + wanted.size(),
                token.name(),
                token.role(),
                token.projects(),
                FakeServer.NOW,
                token.lifetime().map(FakeServer.NOW::plus));
        kept.add(info);
        return new IssuedToken(info, SECRET);
    }

    @Override
    public List<TokenInfo> list() {
        return List.copyOf(kept);
    }

    @Override
    public boolean revoke(String idOrName) {
        return kept.removeIf(
                token -> token.id().equals(idOrName) || token.name().equals(idOrName));
    }
}
