package dev.switchboard.shell.internal.audit;

import dev.switchboard.audit.AuditActor;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.cleanup.Cleanup;
import dev.switchboard.config.ConfigurationEditor;
import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.message.LogMaintenance;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.TokenRegistry;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Has the audit log know what a user of the shell changes, whichever command they use. */
public final class ShellAudit {
    private final Consumer<AuditRecord> log;
    private final AuditActor actor;

    /**
     * @param log takes records
     * @param user who calls commands
     */
    public ShellAudit(Consumer<AuditRecord> log, String user) {
        this.log = log;
        this.actor = AuditActor.shell(user);
    }

    public ProjectService projects(ProjectService service) {
        return new AuditedProjects(service, this);
    }

    /** @param questions those of a project that are open */
    public ExecutionService executions(
            ExecutionService service, Function<ProjectId, List<PermissionRequest>> questions) {
        return new AuditedExecutions(service, questions, this);
    }

    public TokenRegistry tokens(TokenRegistry service) {
        return new AuditedTokens(service, this);
    }

    public ConfigurationEditor editor(ConfigurationEditor service) {
        return new AuditedEditor(service, this);
    }

    public ConnectionRegistry connections(ConnectionRegistry service) {
        return new AuditedConnections(service, this);
    }

    public Cleanup cleanup(Cleanup service) {
        return new AuditedCleanup(service, this);
    }

    public LogMaintenance maintenance(LogMaintenance service) {
        return new AuditedMaintenance(service, this);
    }

    AuditRecord entry(String action) {
        return AuditRecord.of(action, actor);
    }

    /** Calls a service and records what came of it. */
    <T> T call(AuditRecord entry, Supplier<T> service, BiFunction<AuditRecord, T, AuditRecord> outcome) {
        try {
            T result = service.get();
            log.accept(outcome.apply(entry, result));
            return result;
        } catch (RuntimeException e) {
            log.accept(entry.failed(code(e)));
            throw e;
        }
    }

    /** The same with a service that takes its time; the stage that it gave is given back. */
    <T> CompletionStage<T> begin(
            AuditRecord entry, Supplier<CompletionStage<T>> service, BiFunction<AuditRecord, T, AuditRecord> outcome) {
        CompletionStage<T> stage;
        try {
            stage = service.get();
        } catch (RuntimeException e) {
            log.accept(entry.failed(code(e)));
            throw e;
        }
        return stage.whenComplete((result, failure) ->
                log.accept(failure == null ? outcome.apply(entry, result) : entry.failed(code(failure))));
    }

    private static ErrorCode code(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof SwitchboardException known ? known.code() : ErrorCode.INTERNAL_ERROR;
    }
}
