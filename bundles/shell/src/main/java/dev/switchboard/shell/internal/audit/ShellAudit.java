package dev.switchboard.shell.internal.audit;

import dev.switchboard.audit.AuditActor;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.security.TokenRegistry;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
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

    public ExecutionService executions(ExecutionService service) {
        return new AuditedExecutions(service, this);
    }

    public TokenRegistry tokens(TokenRegistry service) {
        return new AuditedTokens(service, this);
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
