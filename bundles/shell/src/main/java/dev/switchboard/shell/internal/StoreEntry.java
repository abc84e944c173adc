package dev.switchboard.shell.internal;

import java.util.Optional;

/**
 * A kind of store, of which nobody or somebody keeps projects and messages.
 *
 * @param projects who keeps its projects: of several the one that is chosen
 * @param messages who keeps its messages: of several the one that is chosen
 */
public record StoreEntry(String name, Optional<Provider> projects, Optional<Provider> messages) {
    /** A bundle, and its service's ranking. */
    public record Provider(String bundle, int ranking) {}

    /** Whether the server can use it. */
    public boolean isWhole() {
        return projects.isPresent() && messages.isPresent();
    }
}
