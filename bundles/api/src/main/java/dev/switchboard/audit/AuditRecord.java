package dev.switchboard.audit;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.project.ProjectId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that somebody did or tried to do. Immutable.
 *
 * @param action what, in small letters with underscores: a request's type, {@code connect}, {@code token_create}, …
 * @param actor who
 * @param project the project that it was about, if it was about one
 * @param execution the run that it was about, if it was about one
 * @param failure why it was not done; empty if it was
 * @param details what else has to be known of it, in the order in which it is shown; never a secret, and nothing that agents read
 *        or write
 * @param prompt what an agent was asked; kept only if the operator wants that
 */
public record AuditRecord(
        String action,
        AuditActor actor,
        Optional<ProjectId> project,
        Optional<ExecutionId> execution,
        Optional<ErrorCode> failure,
        Map<String, String> details,
        Optional<String> prompt) {
    public AuditRecord {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(actor, "actor");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(execution, "execution");
        Objects.requireNonNull(failure, "failure");
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
        Objects.requireNonNull(prompt, "prompt");
    }

    /** Something that was done and about which no more is known yet. */
    public static AuditRecord of(String action, AuditActor actor) {
        return new AuditRecord(
                action, actor, Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), Optional.empty());
    }

    /** The same, about a project if there is one. */
    public AuditRecord about(Optional<ProjectId> id) {
        return new AuditRecord(action, actor, id, execution, failure, details, prompt);
    }

    /** The same, about a run if there is one. */
    public AuditRecord run(Optional<ExecutionId> id) {
        return new AuditRecord(action, actor, project, id, failure, details, prompt);
    }

    /** The same, which was not done. */
    public AuditRecord failed(ErrorCode why) {
        return new AuditRecord(action, actor, project, execution, Optional.of(why), details, prompt);
    }

    /** The same, and something more that has to be known of it. */
    public AuditRecord with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(details);
        more.put(key, value);
        return new AuditRecord(action, actor, project, execution, failure, more, prompt);
    }

    /** The same, and what the agent was asked, if it was asked something. */
    public AuditRecord asking(Optional<String> text) {
        return new AuditRecord(action, actor, project, execution, failure, details, text);
    }

    /** Without the prompt. */
    @Override
    public String toString() {
        return "AuditRecord[" + action + " by " + actor + ", project " + project + ", run " + execution + ", failure "
                + failure + ", " + details + "]";
    }
}
