package dev.switchboard.process.internal;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Which processes belong to which agent, and which to none any more. Safe for use by many threads; the trees are not. */
final class AgentTrees {
    private final String instance;
    private final ProcessTable table;
    private final AgentShelf shelf;
    private final Predicate<Agent> ending;

    /** @param ending whether an agent is being ended just now: what is left of it is not left over */
    AgentTrees(String instance, ProcessTable table, AgentShelf shelf, Predicate<Agent> ending) {
        this.instance = instance;
        this.table = table;
        this.shelf = shelf;
        this.ending = ending;
    }

    /** What marks the processes of an agent. */
    String cookie(String agentId) {
        return instance + ":" + agentId;
    }

    /** An agent with everything that it started. */
    ProcessTree of(Agent agent) {
        AgentManifest manifest = agent.manifest();
        return new ProcessTree(
                table, manifest.cookie()::equals, manifest.wrapper().pid(), () -> offLimits(manifest.agentId()));
    }

    /** What there is of an agent that is not in custody. */
    ProcessTree ofLaunch(String agentId) {
        return new ProcessTree(table, cookie(agentId)::equals, ProcessEntry.UNKNOWN, () -> offLimits(agentId));
    }

    /** What belongs to no agent that is alive, or being ended. */
    ProcessTree leftovers() {
        String prefix = cookie("");
        return new ProcessTree(
                table,
                cookie -> cookie.startsWith(prefix) && isLeftover(cookie.substring(prefix.length())),
                ProcessEntry.UNKNOWN,
                () -> offLimits(""));
    }

    private boolean isLeftover(String agentId) {
        return !shelf.isLiving(agentId) && shelf.find(agentId).filter(ending).isEmpty();
    }

    /** This server, which an agent of its own may have started, and the other agents. */
    private Set<ProcessIdentity> offLimits(String agentId) {
        Set<ProcessIdentity> identities = new HashSet<>(shelf.identitiesExcept(agentId));
        table.find(ProcessHandle.current().pid()).map(ProcessEntry::identity).ifPresent(identities::add);
        return identities;
    }
}
