package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import dev.switchboard.shell.internal.Times;

/** What may be shown of a token. */
final class TokenText {
    private TokenText() {}

    static ObjectNode json(TokenInfo token) {
        ObjectNode item = Json.object();
        item.put("id", token.id());
        item.put("name", token.name());
        item.put("role", token.role().wireName());
        token.projects().ifPresent(only -> {
            ArrayNode projects = item.putArray("projects");
            only.stream().map(Object::toString).sorted().forEach(projects::add);
        });
        item.put("created_at", Timestamps.format(token.createdAt()));
        token.expiresAt().ifPresent(at -> item.put("expires_at", Timestamps.format(at)));
        return item;
    }

    static String expiry(TokenInfo token) {
        return token.expiresAt().map(Times::show).orElse("when revoked");
    }

    static String projects(TokenInfo token) {
        return token.projects().map(only -> Integer.toString(only.size())).orElse("all");
    }
}
