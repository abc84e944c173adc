package dev.switchboard.process.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What custody itself put around an agent's program: the wrapper, and for one in a PID namespace {@code unshare} and the
 * namespace's first process, each the next one's parent. They end by themselves when the program does, each telling the next
 * how; the first process takes with it whatever else is in the namespace. For one thread.
 */
final class Surroundings {
    private final AgentManifest manifest;
    private final Set<ProcessIdentity> known = new HashSet<>();

    Surroundings(AgentManifest manifest) {
        this.manifest = manifest;
        known.add(manifest.wrapper());
    }

    /** Recognizes them while the agent's program is there. What has been recognized stays so. */
    void look(List<ProcessEntry> members) {
        if (!manifest.isolated()) {
            return;
        }
        Map<Long, ProcessEntry> byPid = new HashMap<>();
        members.forEach(entry -> byPid.put(entry.pid(), entry));
        ProcessEntry agent = byPid.get(manifest.agent().pid());
        if (agent != null && manifest.agent().matches(agent)) {
            for (ProcessEntry around = byPid.get(agent.parent());
                    around != null && known.add(around.identity());
                    around = byPid.get(around.parent())) {
                // added
            }
        }
    }

    boolean contains(ProcessEntry entry) {
        return known.contains(entry.identity());
    }
}
