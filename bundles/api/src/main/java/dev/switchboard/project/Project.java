package dev.switchboard.project;

import dev.switchboard.error.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What must last of a project; a snapshot that does not change. What it is doing just now is not part of it: see
 * {@code dev.switchboard.execution.ProjectStatus}.
 *
 * @param id its identity
 * @param path the directory as the client named it; what clients are shown
 * @param directory the real directory, symbolic links resolved; what is compared and worked in
 * @param name what people call it, if they gave it a name
 * @param executor the name of the executor that runs its agents
 * @param sessionId the agent's newest session, if there is one
 * @param createdAt when it was created
 * @param lastActive when a run last began or ended, or when it was created
 * @param lastError what the last run failed with, until one succeeds
 * @param attributes whatever else has to last; stores keep it as it is, names that they do not know too. The prompts that wait in
 *        the project's queue are among it, with their options: up to some million characters, and secrets
 */
public record Project(
        ProjectId id,
        String path,
        Path directory,
        Optional<String> name,
        String executor,
        Optional<String> sessionId,
        Instant createdAt,
        Instant lastActive,
        Optional<LastError> lastError,
        Map<String, String> attributes) {
    /** The attribute that {@link #timeout} is kept in, in milliseconds. */
    private static final String TIMEOUT = "timeout.ms";

    public Project {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(sessionId, "sessionId");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(lastActive, "lastActive");
        Objects.requireNonNull(lastError, "lastError");
        attributes = Map.copyOf(attributes);
    }

    /**
     * Why the last run failed.
     *
     * @param code the wire code
     * @param message what clients were told
     * @param at when
     */
    public record LastError(ErrorCode code, String message, Instant at) {}

    public Project withName(Optional<String> newName) {
        return new Project(
                id, path, directory, newName, executor, sessionId, createdAt, lastActive, lastError, attributes);
    }

    public Project withExecutor(String newExecutor) {
        return new Project(
                id, path, directory, name, newExecutor, sessionId, createdAt, lastActive, lastError, attributes);
    }

    public Project withSession(Optional<String> newSession) {
        return new Project(
                id, path, directory, name, executor, newSession, createdAt, lastActive, lastError, attributes);
    }

    /** How long a run may take that does not say it itself; zero is without end. Empty: as the server has it configured. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(attributes.get(TIMEOUT))
                .filter(text -> text.matches("\\d{1,18}")) // whatever somebody did to a store by hand
                .map(text -> Duration.ofMillis(Long.parseLong(text)));
    }

    /** @param newTimeout not negative */
    public Project withTimeout(Optional<Duration> newTimeout) {
        return withAttribute(TIMEOUT, newTimeout.map(timeout -> Long.toString(timeout.toMillis())));
    }

    public Project withLastActive(Instant at) {
        return new Project(id, path, directory, name, executor, sessionId, createdAt, at, lastError, attributes);
    }

    public Project withLastError(Optional<LastError> error) {
        return new Project(id, path, directory, name, executor, sessionId, createdAt, lastActive, error, attributes);
    }

    /** Without the values of attributes, which may hold secrets. */
    @Override
    public String toString() {
        return "Project[" + id + " " + path + "]";
    }

    /** With one attribute set, or removed if the value is empty. */
    public Project withAttribute(String attribute, Optional<String> value) {
        Map<String, String> changed = new HashMap<>(attributes);
        value.ifPresentOrElse(text -> changed.put(attribute, text), () -> changed.remove(attribute));
        return new Project(id, path, directory, name, executor, sessionId, createdAt, lastActive, lastError, changed);
    }
}
