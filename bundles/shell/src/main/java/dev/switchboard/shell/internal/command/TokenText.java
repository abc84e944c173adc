package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import dev.switchboard.shell.internal.ProjectNames;
import dev.switchboard.shell.internal.Times;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What commands say of tokens, and what may be shown of one. */
final class TokenText {
    private TokenText() {}

    /** Reads a role. */
    static Role role(String text) {
        try {
            return Role.parse(text);
        } catch (IllegalArgumentException e) {
            throw new SwitchboardException(ErrorCode.VALIDATION_FAILED, e.getMessage(), Map.of("field", "role"));
        }
    }

    /** The only projects that a token is to be good for; none at all means every one. */
    static Optional<Set<ProjectId>> only(List<String> projects, Call call) {
        if (projects.isEmpty()) {
            return Optional.empty();
        }
        List<ProjectStatus> all = call.services().projects().list();
        return Optional.of(projects.stream()
                .map(text -> ProjectNames.find(all, text).project().id())
                .collect(Collectors.toSet()));
    }

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
