package dev.switchboard.execution;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How an agent is to run; all values checked, what is empty was not asked for.
 *
 * @param skipPermissions no permission questions at all
 * @param mcpConfig one JSON object
 * @param timeout of the run; zero means none
 * @param partialMessages whether the requester wants pieces of lines as they come
 * @param ask who answers permission questions
 */
public record ExecutionOptions(
        boolean skipPermissions,
        List<String> allowedTools,
        List<String> disallowedTools,
        Optional<String> mcpConfig,
        boolean strictMcpConfig,
        Optional<String> appendSystemPrompt,
        Optional<String> permissionMode,
        Optional<String> model,
        Optional<String> fallbackModel,
        List<Path> addDirs,
        OptionalInt maxTurns,
        Optional<BigDecimal> maxBudgetUsd,
        Optional<Duration> timeout,
        boolean partialMessages,
        Ask ask) {
    private static final ExecutionOptions NONE = new ExecutionOptions(
            false,
            List.of(),
            List.of(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Ask.DENY);

    /** Who answers an agent's permission questions. */
    public enum Ask {
        /** A connected client. */
        REMOTE,
        /** The server, at once, with no: for clients that know nothing of such questions. */
        DENY
    }

    public ExecutionOptions {
        allowedTools = List.copyOf(allowedTools);
        disallowedTools = List.copyOf(disallowedTools);
        addDirs = List.copyOf(addDirs);
        Objects.requireNonNull(mcpConfig, "mcpConfig");
        Objects.requireNonNull(appendSystemPrompt, "appendSystemPrompt");
        Objects.requireNonNull(permissionMode, "permissionMode");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(fallbackModel, "fallbackModel");
        Objects.requireNonNull(maxTurns, "maxTurns");
        Objects.requireNonNull(maxBudgetUsd, "maxBudgetUsd");
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(ask, "ask");
    }

    /** Whether permission questions are switched off, by either of the two options that do so. */
    public boolean bypassesPermissions() {
        return skipPermissions
                || permissionMode.filter("bypassPermissions"::equals).isPresent();
    }

    /** The same options with other directories. */
    public ExecutionOptions withAddDirs(List<Path> directories) {
        return new ExecutionOptions(
                skipPermissions,
                allowedTools,
                disallowedTools,
                mcpConfig,
                strictMcpConfig,
                appendSystemPrompt,
                permissionMode,
                model,
                fallbackModel,
                directories,
                maxTurns,
                maxBudgetUsd,
                timeout,
                partialMessages,
                ask);
    }

    /** The same options with another permission mode, or with none. */
    public ExecutionOptions withPermissionMode(Optional<String> mode) {
        return new ExecutionOptions(
                skipPermissions,
                allowedTools,
                disallowedTools,
                mcpConfig,
                strictMcpConfig,
                appendSystemPrompt,
                mode,
                model,
                fallbackModel,
                addDirs,
                maxTurns,
                maxBudgetUsd,
                timeout,
                partialMessages,
                ask);
    }

    /** The same options with somebody else who answers questions. */
    public ExecutionOptions withAsk(Ask answering) {
        return new ExecutionOptions(
                skipPermissions,
                allowedTools,
                disallowedTools,
                mcpConfig,
                strictMcpConfig,
                appendSystemPrompt,
                permissionMode,
                model,
                fallbackModel,
                addDirs,
                maxTurns,
                maxBudgetUsd,
                timeout,
                partialMessages,
                answering);
    }

    /** Without texts, which may hold secrets. */
    @Override
    public String toString() {
        return "ExecutionOptions[model " + model.orElse("-") + ", permission mode " + permissionMode.orElse("-") + "]";
    }

    /** Nothing asked for. */
    public static ExecutionOptions none() {
        return NONE;
    }
}
