package dev.switchboard.execution.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.content.Content;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.Prompt;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OptionsWriter;
import dev.switchboard.protocol.Prompts;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A run that waits, with everything that it takes to begin it. It is kept as the text of an attribute of its project: one line of
 * JSON, which may hold secrets, then the prompt as it came.
 *
 * @param options checked when it was queued
 * @param by who asked, with the role that they had
 */
record QueuedRun(ExecutionId id, Prompt prompt, ExecutionOptions options, Principal by, Instant queuedAt) {
    /** What others are shown of it. */
    QueuedExecution shown() {
        return new QueuedExecution(id, by.name(), Prompts.shortened(prompt.text()), queuedAt);
    }

    /** The text to keep. */
    String write() {
        ObjectNode head = Json.object();
        head.put("execution_id", id.toString());
        head.put("queued_at", queuedAt.toString());
        ObjectNode asker = head.putObject("by");
        asker.put("id", by.id());
        asker.put("name", by.name());
        asker.put("role", by.role().wireName());
        by.projects().ifPresent(projects -> {
            ArrayNode only = asker.putArray("projects");
            projects.forEach(project -> only.add(project.toString()));
        });
        head.put("options", OptionsWriter.write(options));
        return Json.text(head) + '\n' + new String(prompt.json().toBytes(), StandardCharsets.UTF_8);
    }

    /**
     * What {@link #write} has written.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    static QueuedRun read(String text) {
        int end = text.indexOf('\n');
        if (end < 0) {
            throw new IllegalArgumentException("this is no queued run");
        }
        try {
            JsonNode head = Json.read(text.substring(0, end).getBytes(StandardCharsets.UTF_8));
            return new QueuedRun(
                    ExecutionId.parse(head.path("execution_id").asText()),
                    Prompts.kept(Content.of(text.substring(end + 1))),
                    OptionsWriter.read(head.path("options").asText()),
                    principal(head.path("by")),
                    Instant.parse(head.path("queued_at").asText()));
        } catch (JsonProcessingException | DateTimeParseException | SwitchboardException e) {
            throw new IllegalArgumentException("this is no queued run", e);
        }
    }

    private static Principal principal(JsonNode by) {
        Set<ProjectId> only = new HashSet<>();
        by.path("projects").forEach(id -> only.add(ProjectId.parse(id.asText())));
        return new Principal(
                by.path("id").asText(),
                by.path("name").asText(),
                Role.parse(by.path("role").asText()),
                by.has("projects") ? Optional.of(only) : Optional.empty());
    }

    /** Its id only: prompts and options are never logged. */
    @Override
    public String toString() {
        return "QueuedRun[" + id + "]";
    }
}
