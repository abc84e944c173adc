package dev.switchboard.security;

import dev.switchboard.project.ProjectId;
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
 */
public record Principal(String id, String name, Role role, Optional<Set<ProjectId>> projects) {
    public Principal {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(role, "role");
        projects = projects.map(Set::copyOf);
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
