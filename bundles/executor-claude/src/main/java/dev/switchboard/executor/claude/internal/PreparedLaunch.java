package dev.switchboard.executor.claude.internal;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentLaunch;
import java.util.Map;

/**
 * A turn with everything decided but which process it takes place in.
 *
 * @param agentId of the process, if a new one is launched
 * @param message the prompt as the CLI gets it
 */
record PreparedLaunch(
        AgentLaunch launch,
        SessionStart session,
        String agentId,
        ClaudeCommandLine line,
        Map<String, String> variables,
        Content message) {
    LaunchProfile profile() {
        return LaunchProfile.of(line, variables);
    }
}
