package dev.switchboard.execution.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.Prompt;
import dev.switchboard.project.Project;
import dev.switchboard.protocol.OptionsWriter;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What has to be so for a run to begin, and its beginning; the same for one that waited. */
final class RunStarter {
    private final Services services;

    RunStarter(Services services) {
        this.services = services;
    }

    /** The executor of a name, or {@code EXECUTOR_UNAVAILABLE}. */
    AgentExecutor executor(String name) {
        return services.executors()
                .best(name)
                .orElseThrow(() -> new SwitchboardException(
                        ErrorCode.EXECUTOR_UNAVAILABLE,
                        "the executor " + name
                                + " is not installed, or is being replaced: try again, or choose another",
                        Map.of("service", "executor " + name, "retry_after_ms", 1000)));
    }

    /** Fails if the disk is low, or the project has started too many runs: both pass. */
    void requireTime(ProjectActor actor) {
        services.admission().checkDisk();
        actor.startRate()
                .check(
                        services.setting(ServerSettings.LIMITS_EXECUTIONS_PER_MINUTE),
                        services.clock().millis());
    }

    /**
     * Fails if a run may not be, whoever else runs: its directory is gone, the agent's program is missing, or an option is not
     * allowed.
     *
     * @param by who asked, with the role that counts
     * @return the options, with real directories
     */
    ExecutionOptions checked(Project project, ExecutionOptions options, Principal by, AgentCapabilities agent) {
        // A program that is there but did not tell its version may still work; launching it will show.
        agent.unavailable().filter(why -> agent.program().isEmpty()).ifPresent(why -> {
            throw new SwitchboardException(ErrorCode.CLAUDE_NOT_FOUND, why);
        });
        if (options.bypassesPermissions()) {
            requireBypass(by);
        }
        options.permissionMode()
                .filter(mode -> !agent.permissionModes().isEmpty()
                        && !agent.permissionModes().contains(mode))
                .ifPresent(mode -> {
                    throw new SwitchboardException(
                            ErrorCode.VALIDATION_FAILED,
                            "options.permission_mode is not one of "
                                    + String.join(
                                            ", ",
                                            agent.permissionModes().stream()
                                                    .sorted()
                                                    .toList()),
                            Map.of("field", "options.permission_mode"));
                });
        List<Path> directories =
                options.addDirs().stream().map(this::addedDirectory).toList();
        requireDirectory(project.directory());
        return directories.equals(options.addDirs()) ? options : options.withAddDirs(directories);
    }

    private void requireBypass(Principal by) {
        if (!services.setting(ServerSettings.CLAUDE_BYPASS_ALLOWED)) {
            throw new SwitchboardException(
                    ErrorCode.PERMISSION_DENIED,
                    "switching permission questions off is not allowed on this server (claude.bypass.allowed)");
        }
        if (!by.role().covers(Role.ADMIN)) {
            throw new SwitchboardException(
                    ErrorCode.PERMISSION_DENIED, "only the role admin may switch permission questions off");
        }
    }

    private Path addedDirectory(Path directory) {
        try {
            return services.paths().resolve(directory.toString(), services.setting(ServerSettings.PROJECTS_ROOTS));
        } catch (SwitchboardException e) {
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    "options.add_dirs has a directory that is not allowed: " + e.getMessage(),
                    Map.of("field", "options.add_dirs"));
        }
    }

    private static void requireDirectory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new SwitchboardException(
                    ErrorCode.INVALID_PATH,
                    "the project's directory is gone; put it back, or delete the project",
                    Map.of("field", "path"));
        }
    }

    /** Begins the agent's turn of a run that has been claimed. */
    void begin(ProjectActor actor, Run run, AgentExecutor executor, Prompt prompt) {
        Project project = actor.project();
        AgentLaunch launch = new AgentLaunch(
                run.id(),
                actor.id(),
                project.directory(),
                actor.nextSession(),
                prompt,
                run.options(),
                Map.of(ProjectActor.LABEL_OPTIONS, OptionsWriter.write(run.options())));
        run.begin(
                executor,
                project.executor(),
                () -> executor.launch(launch, run.listener(executor, project.executor())));
    }
}
