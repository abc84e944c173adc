package dev.switchboard.process.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agents in custody, and those that are about to be: all that have a directory. Safe for use by many threads. */
final class AgentShelf {
    private static final Logger LOG = LoggerFactory.getLogger(AgentShelf.class);

    private static final String ID = "[A-Za-z0-9-]{1,64}";

    private final Path root;
    private final Map<String, Agent> agents = new ConcurrentHashMap<>();
    private final Set<String> launching = ConcurrentHashMap.newKeySet();

    /** @param root the directory that holds a directory per agent; must exist */
    AgentShelf(Path root) {
        this.root = root;
    }

    /** Takes up what lies in the root directory. What cannot be understood is left alone, and said in the log. */
    void load(ProcessTable table) throws IOException {
        for (Path path : directories()) {
            AgentDirectory directory = new AgentDirectory(path);
            if (Files.exists(directory.manifest())) {
                try {
                    AgentManifest manifest = AgentManifest.read(directory.manifest());
                    if (!manifest.agentId().equals(path.getFileName().toString())) {
                        throw new IOException("it names another agent, " + manifest.agentId());
                    }
                    agents.put(manifest.agentId(), new Agent(directory, manifest, table));
                } catch (IOException e) {
                    LOG.warn("{} cannot be used and is left as it is: {}", directory.manifest(), e.getMessage());
                }
            }
        }
    }

    AgentDirectory directory(String agentId) {
        return new AgentDirectory(root.resolve(agentId));
    }

    Collection<Agent> all() {
        return agents.values();
    }

    Optional<Agent> find(String agentId) {
        return Optional.ofNullable(agents.get(agentId));
    }

    /** @throws NoSuchElementException if it is not in custody */
    Agent get(String agentId) {
        return find(agentId).orElseThrow(() -> new NoSuchElementException("no agent " + agentId + " is in custody"));
    }

    void put(Agent agent) {
        agents.put(agent.manifest().agentId(), agent);
    }

    void remove(Agent agent) {
        agents.remove(agent.manifest().agentId(), agent);
    }

    /**
     * Makes a new agent's directory. Until {@link #launched}, which comes when it is in custody or nothing is left of
     * it, it counts as living.
     *
     * @throws IllegalArgumentException if the id is none, or has been used before
     */
    AgentDirectory launching(String agentId) throws IOException {
        if (!agentId.matches(ID)) {
            throw new IllegalArgumentException("agent id \"" + agentId + "\": letters, digits and hyphens are right");
        }
        if (agents.containsKey(agentId) || !launching.add(agentId)) {
            throw new IllegalArgumentException("agent " + agentId + " is in custody already");
        }
        AgentDirectory directory = directory(agentId);
        try {
            directory.create();
            return directory;
        } catch (FileAlreadyExistsException e) {
            launching.remove(agentId);
            throw new IllegalArgumentException("agent id " + agentId + " has been used before", e);
        } catch (IOException e) {
            launching.remove(agentId);
            PrivateFiles.delete(directory.path());
            throw e;
        }
    }

    void launched(String agentId) {
        launching.remove(agentId);
    }

    /** Whether the agent is alive, or may be at any moment. */
    boolean isLiving(String agentId) {
        if (launching.contains(agentId)) {
            return true;
        }
        return find(agentId).filter(agent -> agent.observe().isEmpty()).isPresent();
    }

    /** The processes that are other agents' own. */
    Set<ProcessIdentity> identitiesExcept(String agentId) {
        Set<ProcessIdentity> identities = new HashSet<>();
        for (Agent agent : agents.values()) {
            if (!agent.manifest().agentId().equals(agentId)) {
                identities.add(agent.manifest().wrapper());
                identities.add(agent.manifest().agent());
            }
        }
        return identities;
    }

    /** Directories without a manifest: a server died in the middle of a launch or a release, or could not finish a release. */
    List<Path> strays() throws IOException {
        return forgotten().stream()
                .filter(path -> !Files.exists(new AgentDirectory(path).manifest()))
                .toList();
    }

    /** Directories whose manifest could not be understood when the server started. */
    List<Path> damaged() throws IOException {
        return forgotten().stream()
                .filter(path -> Files.exists(new AgentDirectory(path).manifest()))
                .toList();
    }

    /** Those of agents that are neither in custody nor about to be. */
    private List<Path> forgotten() throws IOException {
        return directories().stream()
                .filter(path -> {
                    String name = path.getFileName().toString();
                    return !launching.contains(name) && !agents.containsKey(name);
                })
                .toList();
    }

    private List<Path> directories() throws IOException {
        List<Path> directories = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(root, Files::isDirectory)) {
            stream.forEach(directories::add);
        }
        return directories;
    }
}
