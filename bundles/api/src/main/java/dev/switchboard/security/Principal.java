package dev.switchboard.security;

import dev.switchboard.project.ProjectId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Someone who has proved who they are; a snapshot.
 *
 * @param id unique among those that its authenticator lets in: the token's id
 * @param name what logs and other clients are shown
 * @param role what they may do
 * @param projects the only projects they may see and use; no set at all means every project, an empty set none
 * @param expiresAt when they stop being welcome: what they have open is closed then; empty if only a revocation ends it
 */
public record Principal(
        String id, String name, Role role, Optional<Set<ProjectId>> projects, Optional<Instant> expiresAt) {
    public Principal {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(role, "role");
        projects = projects.map(Set::copyOf);
        Objects.requireNonNull(expiresAt, "expiresAt");
    }

    /** One who is welcome until a revocation. */
    public Principal(String id, String name, Role role, Optional<Set<ProjectId>> projects) {
        this(id, name, role, projects, Optional.empty());
    }

    /** Whether their time is over; at the very moment it is. */
    public boolean isExpired(Instant now) {
        return expiresAt.map(end -> !now.isBefore(end)).orElse(false);
    }

    /** Whether the project is one that they may see and use. */
    public boolean maySee(ProjectId project) {
        return projects.map(only -> only.contains(project)).orElse(true);
    }

    /** Whether they may see every project, and so may create new ones. */
    public boolean seesAll() {
        return projects.isEmpty();
    }
}
