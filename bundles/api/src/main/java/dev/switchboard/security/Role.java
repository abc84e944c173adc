package dev.switchboard.security;

import java.util.Locale;

/** What someone may do; each role may do all that the ones before it may. */
public enum Role {
    /** Sees projects, follows runs, reads history. */
    VIEWER,
    /** Creates and deletes projects, prompts, kills, answers permission questions. */
    OPERATOR,
    /** Everything, also what takes the agent's safety catches off. */
    ADMIN;

    /** Whether this role may do what {@code required} may. */
    public boolean covers(Role required) {
        return compareTo(required) >= 0;
    }

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a wire name.
     *
     * @throws IllegalArgumentException naming the roles there are
     */
    public static Role parse(String text) {
        for (Role role : values()) {
            if (role.wireName().equals(text)) {
                return role;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a role; expected viewer, operator or admin");
    }
}
