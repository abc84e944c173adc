package dev.switchboard.shell.internal;

import dev.switchboard.execution.AgentCapabilities;

/**
 * An installed executor.
 *
 * @param selected whether new runs of this name get it; others of the name are outranked
 * @param bundle who provides it
 */
public record ExecutorEntry(
        String name, int ranking, boolean selected, String bundle, AgentCapabilities capabilities) {}
