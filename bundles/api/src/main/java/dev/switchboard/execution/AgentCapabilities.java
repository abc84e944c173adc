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
 * @param features names of optional abilities, those below among them
 */
public record AgentCapabilities(
        Optional<String> version,
        Optional<String> program,
        Optional<String> unavailable,
        Set<String> permissionModes,
        Set<String> features) {
    /** A turn can be stopped without ending the agent. */
    public static final String INTERRUPT = "interrupt";
    /** The agent can ask a person. */
    public static final String PERMISSIONS = "permissions";
    /** {@link AgentExecutor#adopt} works. */
    public static final String ADOPT = "adopt";
    /** Pieces of lines come as they are written. */
    public static final String PARTIAL_MESSAGES = "partial_messages";

    public AgentCapabilities {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(unavailable, "unavailable");
        permissionModes = Set.copyOf(permissionModes);
        features = Set.copyOf(features);
    }
}
