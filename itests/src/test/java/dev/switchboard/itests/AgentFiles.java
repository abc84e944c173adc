package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What custody has written down of one agent; to be looked at while there is no server. */
record AgentFiles(Path directory) {
    private static final String RESULT = "\"type\":\"result\"";

    /** All agents in custody. */
    static List<AgentFiles> of(Server server) throws IOException {
        List<AgentFiles> all = new ArrayList<>();
        for (Path directory : server.agents()) {
            if (Files.exists(directory.resolve("agent.json"))) {
                all.add(new AgentFiles(directory));
            }
        }
        return all;
    }

    /** The one agent of a project. */
    static AgentFiles of(Server server, String project) throws IOException {
        List<AgentFiles> found = new ArrayList<>();
        for (AgentFiles agent : of(server)) {
            if (agent.project().equals(project)) {
                found.add(agent);
            }
        }
        assertTrue(found.size() == 1, () -> "agents of project " + project + ": " + found);
        return found.get(0);
    }

    /** Whether a project's agent has ended its turn, or has been forgotten since. */
    static boolean isOver(Server server, String project) throws IOException {
        for (AgentFiles agent : of(server)) {
            if (agent.project().equals(project) && !agent.isOver()) {
                return false;
            }
        }
        return true;
    }

    private Path manifest() {
        return directory.resolve("agent.json");
    }

    private JsonNode read() throws IOException {
        return Client.JSON.readTree(manifest().toFile());
    }

    String project() throws IOException {
        return read().at("/labels/project").asText();
    }

    /** The pid of the agent's program. */
    long agent() throws IOException {
        return read().at("/agent/pid").asLong();
    }

    /** The pid of the shell around it. */
    long wrapper() throws IOException {
        return read().at("/wrapper/pid").asLong();
    }

    /** Whether its process has ended. */
    boolean hasExited() {
        return Files.exists(directory.resolve("exit"));
    }

    /** Whether its turn has ended, or its process. Of an agent that has had one turn. */
    boolean isOver() throws IOException {
        return hasExited() || Files.readString(directory.resolve("stdout")).contains(RESULT);
    }

    /**
     * Writes down another process as the agent, as if its pid had been used again.
     *
     * @param sameStart whether it shall be said that it was started just when that process was
     */
    void name(long pid, boolean sameStart) throws IOException {
        ObjectNode json = (ObjectNode) read();
        for (String who : List.of("wrapper", "agent")) {
            ObjectNode identity = (ObjectNode) json.get(who);
            identity.put("pid", pid);
            if (sameStart) {
                identity.put("start", start(pid));
            }
        }
        Files.writeString(manifest(), json.toString());
        Files.writeString(directory.resolve("pid"), Long.toString(pid));
    }

    /** The start of a process as custody writes it down on Linux: the boot, and the ticks since. */
    private static String start(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip() + "/" + ticks;
    }
}
