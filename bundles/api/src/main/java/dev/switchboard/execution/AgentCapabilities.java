package dev.switchboard.execution;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an executor offers; a snapshot, cheap to get.
 *
 * @param version of the agent's program, if it is installed
 * @param program where it is, if it is installed
 * @param unavailable why no agent can be launched, with what would help; empty if one can
 * @param permissionModes the values of {@code permission_mode} that the installed agent knows
 * @param features names of optional abilities: {@code interrupt}, {@code permissions}, {@code adopt}, {@code partial_messages}
 */
public record AgentCapabilities(
        Optional<String> version,
        Optional<String> program,
        Optional<String> unavailable,
        Set<String> permissionModes,
        Set<String> features) {
    public AgentCapabilities {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(unavailable, "unavailable");
        permissionModes = Set.copyOf(permissionModes);
        features = Set.copyOf(features);
    }
}
