package dev.switchboard.process.internal;

import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.process.ProcessSpec;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts agents: a launcher that detaches, around it nothing of the server, in it the wrapper with the agent. */
final class AgentLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLauncher.class);
    /** Variables that one or another shell adds to the environment, or that only the launcher needs. */
    private static final List<String> UNWANTED = List.of("PWD", "OLDPWD", "SHLVL", "_", "PERL_BADLANG");

    /**
     * System property with the umask of whoever started the server, octal. Agents get it, for their files are that person's;
     * the server's own keeps everybody else from what it has.
     */
    private static final String MASK = "switchboard.umask";

    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";
    /** A start takes 12-25 ms; a machine that is busy swapping may need a thousand times that. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ProcessTable table;
    private final LaunchPrograms programs;
    private final Isolation isolation;
    private final Clock clock;
    private final String detachScript = resource("detach.pl");
    private final String wrapperScript = resource("wrapper.sh");

    AgentLauncher(ProcessTable table, LaunchPrograms programs, Isolation isolation, Clock clock) {
        this.table = table;
        this.programs = programs;
        this.isolation = isolation;
        this.clock = clock;
    }

    /**
     * Starts the program; when this returns it runs (or has run), and is written down.
     *
     * @param directory has just been created; the caller removes it on failure, and ends what bears the cookie
     * @throws SwitchboardException {@code EXECUTION_FAILED}
     * @throws IOException if the directory cannot be written
     */
    AgentManifest launch(String cookie, ProcessSpec spec, AgentDirectory directory) throws IOException {
        if (!Files.isDirectory(spec.directory())) {
            throw failed("The working directory " + spec.directory() + " is not there: create it.");
        }
        Namespace namespace = isolation.namespace();
        List<String> command = command(spec);
        List<String> detached = new ArrayList<>(programs.detach(detachScript));
        detached.addAll(List.of(programs.path("sh"), directory.wrapper().toString()));
        detached.addAll(command);

        PrivateFiles.write(directory.wrapper(), Content.of(wrapper(namespace)), false);
        for (Map.Entry<String, Content> file : spec.files().entrySet()) {
            PrivateFiles.write(directory.files().resolve(file.getKey()), file.getValue(), false);
        }
        Instant now = clock.instant();
        Process process = start(detached, spec, cookie, directory);
        ProcessIdentity wrapper = identity(process.pid());
        ProcessIdentity agent = identity(awaitPid(process, directory));
        String workingDirectory = spec.directory().toString();
        AgentManifest manifest = new AgentManifest(
                spec.agentId(),
                cookie,
                wrapper,
                agent,
                namespace != Namespace.NONE,
                now,
                workingDirectory,
                spec.command(),
                spec.labels());
        manifest.write(directory.manifest());
        return manifest;
    }

    private Process start(List<String> command, ProcessSpec spec, String cookie, AgentDirectory directory) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(spec.directory().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.stdout().toFile()))
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(directory.stderr().toFile()));
        Map<String, String> environment = builder.environment();
        environment.clear();
        try {
            environment.put("PERL_BADLANG", "0"); // perl is not to complain about a locale that is not installed
            spec.environment().forEach((name, value) -> {
                if (isName(name)) {
                    environment.put(name, value);
                }
            });
            environment.put(ProcessTable.COOKIE, cookie);
            return builder.start();
        } catch (IOException | IllegalArgumentException e) {
            throw new SwitchboardException(
                    ErrorCode.EXECUTION_FAILED, "The agent cannot be started: " + reason(e), Map.of(), e);
        }
    }

    /** Shells pass nothing else on, some of them not even that. */
    private static boolean isName(String variable) {
        return variable.matches("[A-Za-z_][A-Za-z0-9_]*");
    }

    private static String reason(Exception e) {
        return e.getCause() != null ? e.getCause().getMessage() : e.getMessage();
    }

    private List<String> command(ProcessSpec spec) {
        String name = spec.command().get(0);
        String program = program(name, spec)
                .orElseThrow(() -> failed("The agent cannot be started: " + name + " is not an executable file"
                        + (name.contains("/") ? "." : " in any directory of its PATH.")));
        List<String> command = new ArrayList<>();
        if (!program.contains("=")) { // env would take it for a variable
            List<String> unwanted = new ArrayList<>(UNWANTED);
            unwanted.removeAll(spec.environment().keySet());
            command.addAll(programs.without(unwanted));
        }
        command.add(program);
        command.addAll(spec.command().subList(1, spec.command().size()));
        return command;
    }

    private static Optional<String> program(String name, ProcessSpec spec) {
        if (!name.contains("/")) {
            String path = spec.environment().getOrDefault("PATH", DEFAULT_PATH);
            return LaunchPrograms.find(name, path).map(Path::toString);
        }
        Path file = spec.directory().resolve(name);
        return Files.isRegularFile(file) && Files.isExecutable(file) ? Optional.of(name) : Optional.empty();
    }

    private String wrapper(Namespace namespace) {
        StringBuilder script = new StringBuilder();
        for (String name : List.of("sh", "mkfifo", "mv", "cat", "rm")) {
            assign(script, name, programs.path(name));
        }
        String mask = System.getProperty(MASK, "");
        assign(script, "mask", mask.matches("[0-7]{1,4}") ? mask : "");
        if (namespace == Namespace.NONE) {
            assign(script, "namespace", "");
        } else {
            assign(script, "unshare", programs.path("unshare"));
            assign(script, "namespace", namespace.options());
        }
        return script.append(wrapperScript).toString();
    }

    private static void assign(StringBuilder script, String name, String value) {
        script.append("sb_").append(name).append("='");
        script.append(value.replace("'", "'\\''")).append("'\n");
    }

    private ProcessIdentity identity(long pid) {
        return new ProcessIdentity(pid, table.find(pid).map(ProcessEntry::start).orElse(""));
    }

    private long awaitPid(Process process, AgentDirectory directory) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (System.nanoTime() - end < 0) {
                boolean ended = process.waitFor(1, TimeUnit.MILLISECONDS);
                OptionalLong pid = directory.pid();
                if (pid.isPresent()) {
                    return pid.getAsLong();
                }
                if (ended) {
                    LOG.warn("a launcher said: {}", new StderrSpool(directory.stderr()).tail());
                    throw new SwitchboardException(
                            ErrorCode.EXECUTION_FAILED,
                            "The agent cannot be started: its launcher failed. The server's log says why.",
                            Map.of("exit_code", process.exitValue()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("The agent was not started: the server is stopping.");
        }
        throw failed("The agent did not start within " + PATIENCE.toSeconds() + " s: the machine is too busy.");
    }

    private static SwitchboardException failed(String text) {
        return new SwitchboardException(ErrorCode.EXECUTION_FAILED, text);
    }

    private static String resource(String name) {
        try (InputStream in = AgentLauncher.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in the bundle");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be read", e);
        }
    }
}
