package dev.switchboard.process.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is written down about an agent, {@code agent.json}; immutable.
 *
 * @param agentId its identity, and its directory's name
 * @param cookie the value of {@value ProcessTable#COOKIE} in the environment of all its processes
 * @param wrapper the session's leader, the shell around the agent
 * @param agent the agent's program itself
 * @param isolated whether it is in a PID namespace of its own
 * @param launchedAt when it was launched
 * @param directory where it works, for people
 * @param command what was started, for people
 * @param labels its owner's
 */
record AgentManifest(
        String agentId,
        String cookie,
        ProcessIdentity wrapper,
        ProcessIdentity agent,
        boolean isolated,
        Instant launchedAt,
        String directory,
        List<String> command,
        Map<String, String> labels) {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    AgentManifest {
        command = List.copyOf(command);
        labels = Map.copyOf(labels);
    }

    AgentManifest withLabels(Map<String, String> changed) {
        return new AgentManifest(agentId, cookie, wrapper, agent, isolated, launchedAt, directory, command, changed);
    }

    /** Replaces the file as a whole; it lasts when this returns. */
    void write(Path file) throws IOException {
        PrivateFiles.replace(file, bytes());
    }

    /** Replaces the file as a whole; it outlives the server when this returns. With the machine, the agent would go too. */
    void rewrite(Path file) throws IOException {
        PrivateFiles.swap(file, bytes());
    }

    private byte[] bytes() throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT);
        json.put("agent_id", agentId);
        json.put("cookie", cookie);
        write(json.putObject("wrapper"), wrapper);
        write(json.putObject("agent"), agent);
        json.put("isolated", isolated);
        json.put("launched_at", launchedAt.toString());
        json.put("directory", directory);
        command.forEach(json.putArray("command")::add);
        labels.forEach(json.putObject("labels")::put);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    }

    private static JsonNode parse(byte[] content) throws IOException {
        try {
            return JSON.readTree(content);
        } catch (JsonProcessingException e) {
            // Its own message would quote the file, which has options of runs.
            throw new IOException("not JSON at line " + e.getLocation().getLineNr());
        }
    }

    /** @throws IOException if the file cannot be read, is damaged, or was written by a newer version */
    static AgentManifest read(Path file) throws IOException {
        JsonNode json = parse(Files.readAllBytes(file));
        int format = json.path("format").asInt();
        if (format != FORMAT) {
            throw new IOException("format " + format + " is not known; this version knows " + FORMAT);
        }
        try {
            List<String> command = new ArrayList<>();
            json.path("command").forEach(word -> command.add(word.asText()));
            Map<String, String> labels = new LinkedHashMap<>();
            json.path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            return new AgentManifest(
                    required(json, "agent_id").asText(),
                    required(json, "cookie").asText(),
                    identity(required(json, "wrapper")),
                    identity(required(json, "agent")),
                    json.path("isolated").asBoolean(), // absent in those of the first versions
                    Instant.parse(required(json, "launched_at").asText()),
                    json.path("directory").asText(),
                    command,
                    labels);
        } catch (DateTimeException e) {
            throw new IOException("launched_at is not a time", e);
        }
    }

    private static void write(ObjectNode json, ProcessIdentity identity) {
        json.put("pid", identity.pid());
        json.put("start", identity.start());
    }

    private static ProcessIdentity identity(JsonNode json) throws IOException {
        return new ProcessIdentity(
                required(json, "pid").asLong(), required(json, "start").asText());
    }

    private static JsonNode required(JsonNode json, String field) throws IOException {
        JsonNode value = json.get(field);
        if (value == null) {
            throw new IOException("the field " + field + " is missing");
        }
        return value;
    }
}
