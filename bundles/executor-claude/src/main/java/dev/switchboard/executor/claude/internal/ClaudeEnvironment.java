package dev.switchboard.executor.claude.internal;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The CLI's environment, built from nothing: commands that the agent runs see all of it. */
final class ClaudeEnvironment {
    /**
     * Not passed on, whatever the configuration allows: the first would switch off the refusal to skip permissions as
     * root, the second puts log lines between the messages.
     */
    private static final Set<String> NEVER = Set.of("IS_SANDBOX", "ANTHROPIC_LOG");

    private static final Map<String, String> ALWAYS = Map.of(
            "DISABLE_AUTOUPDATER", "1",
            // Tells when a turn is over.
            "CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS", "1",
            // The process ends with its turn, and what runs in its background with it: better not offered at all.
            "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "1");

    private ClaudeEnvironment() {}

    /**
     * @param server the server's own environment
     * @param allowed names; a trailing {@code *} stands for any rest
     */
    static Map<String, String> of(Map<String, String> server, Collection<String> allowed) {
        Map<String, String> child = new TreeMap<>();
        server.forEach((name, value) -> {
            if (!NEVER.contains(name) && allowed.stream().anyMatch(pattern -> matches(pattern, name))) {
                child.put(name, value);
            }
        });
        child.putAll(ALWAYS);
        return child;
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
