package dev.switchboard.shell.internal.chat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The permission modes that somebody can choose from, in the order in which Tab goes through them. */
final class PermissionModes {
    static final String DEFAULT = "default";
    static final String BYPASS = "bypassPermissions";

    private static final List<String> USUAL = List.of(DEFAULT, "acceptEdits", "plan");

    private final List<String> offered;

    /**
     * @param known what the agent knows; empty if it does not say
     * @param bypass whether questions may be switched off
     */
    PermissionModes(Set<String> known, boolean bypass) {
        offered = Stream.concat(USUAL.stream(), bypass ? Stream.of(BYPASS) : Stream.empty())
                .filter(mode -> mode.equals(DEFAULT) || known.isEmpty() || known.contains(mode))
                .toList();
    }

    List<String> offered() {
        return offered;
    }

    /** The one behind a mode; behind the last comes the first. */
    String after(String mode) {
        return offered.get((offered.indexOf(mode) + 1) % offered.size());
    }
}
