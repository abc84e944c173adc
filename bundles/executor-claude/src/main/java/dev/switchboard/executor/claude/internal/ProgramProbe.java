package dev.switchboard.executor.claude.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a program for its version and its permission modes. The program gets the environment that agents get, no input, and
 * little time; if it does not answer, nothing of it outlives its question.
 */
final class ProgramProbe {
    /** What every version of the CLI knows. */
    static final Set<String> USUAL_MODES = Set.of("default", "acceptEdits", "plan", "bypassPermissions");

    private static final Logger LOG = LoggerFactory.getLogger(ProgramProbe.class);
    /** In the environment of whatever a question starts; its value is the question's own. */
    private static final String MARK = "SWITCHBOARD_PROBE";

    private static final Duration END_BOUND = Duration.ofSeconds(5);
    private static final Duration END_PAUSE = Duration.ofMillis(1);
    /** A process that is just becoming another program shows no environment for a moment: the next look has to agree. */
    private static final int CLEAN_LOOKS = 2;

    private static final int OUTPUT_LIMIT = 1 << 16;
    private static final Pattern VERSION = Pattern.compile("(\\d+\\.\\d+\\.\\d+\\S*) \\(Claude Code\\)");
    private static final Pattern MODES = Pattern.compile("--permission-mode <mode>[^(]*\\(choices:([^)]*)\\)");
    private static final Pattern MODE = Pattern.compile("\"(\\w+)\"");

    /**
     * What was found out.
     *
     * @param program the file to execute
     * @param problem what is wrong with it, for people
     */
    record Probed(Path program, Optional<String> version, Optional<String> problem, Set<String> permissionModes) {}

    private final Supplier<Map<String, String>> environment;
    private final Duration bound;

    /**
     * @param environment the program's whole environment
     * @param bound for each question
     */
    ProgramProbe(Supplier<Map<String, String>> environment, Duration bound) {
        this.environment = environment;
        this.bound = bound;
    }

    /** Asks one candidate after the other until one answers as the CLI does. Takes as long as they do. */
    Probed ask(List<Path> candidates) {
        for (Path program : candidates) {
            Matcher version = VERSION.matcher(run(program, "--version").orElse(""));
            if (version.find()) {
                return new Probed(program, Optional.of(version.group(1)), Optional.empty(), modes(program));
            }
        }
        Path first = candidates.get(0);
        LOG.warn("{} does not tell its version as the Claude CLI does", first);
        return new Probed(
                first,
                Optional.empty(),
                Optional.of("The program " + first + " did not answer --version as the Claude CLI does, within "
                        + bound.toSeconds() + " s. " + ClaudeProgram.INSTALL + ", or set claude.path to where it is."),
                USUAL_MODES);
    }

    private Set<String> modes(Path program) {
        Set<String> modes = new TreeSet<>(USUAL_MODES);
        Matcher choices = MODES.matcher(run(program, "--help").orElse(""));
        if (choices.find()) {
            MODE.matcher(choices.group(1)).results().forEach(mode -> modes.add(mode.group(1)));
        }
        return Set.copyOf(modes);
    }

    /** What the program writes, if it ends in time and well. */
    private Optional<String> run(Path program, String flag) {
        List<String> command = new ArrayList<>(List.of(program.toString(), flag));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment.get());
        String mark = UUID.randomUUID().toString();
        builder.environment().put(MARK, mark);
        try {
            Process process = builder.start();
            Optional<String> answer = Optional.empty();
            try {
                answer = answer(process);
                return answer;
            } finally {
                if (answer.isEmpty()) {
                    end(process, mark);
                }
            }
        } catch (IOException e) {
            LOG.debug("Cannot run {} {}: {}", program, flag, e.toString());
            return Optional.empty();
        }
    }

    private Optional<String> answer(Process process) throws IOException {
        try (InputStream out = process.getInputStream()) {
            long deadline = System.nanoTime() + bound.toNanos();
            // It may fill the pipe and hang: what is there is read without waiting for more.
            StringBuilder text = new StringBuilder();
            while (!process.waitFor(10, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline) {
                text.append(available(out));
            }
            text.append(available(out));
            return !process.isAlive() && process.exitValue() == 0 ? Optional.of(text.toString()) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * Kills the program and all that it has started, and waits until they are gone. What was started while its parent was
     * being killed descends from the program no more: it is known by its mark. Without {@code /proc} it is not found.
     */
    private static void end(Process process, String mark) {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly(); // first, so that it starts nothing more
        started.forEach(ProcessHandle::destroyForcibly);
        long deadline = System.nanoTime() + END_BOUND.toNanos();
        int clean = 0;
        while (clean < CLEAN_LOOKS && System.nanoTime() < deadline) {
            List<ProcessHandle> left = marked(mark);
            left.forEach(ProcessHandle::destroyForcibly);
            clean = left.isEmpty() ? clean + 1 : 0;
            LockSupport.parkNanos(END_PAUSE.toNanos());
        }
        if (clean < CLEAN_LOOKS) {
            LOG.warn("what the Claude CLI started when it was asked for its version may survive: {}", marked(mark));
        }
    }

    private static List<ProcessHandle> marked(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains(MARK + "=" + mark))
                .toList();
    }

    /** Empty once the process has ended, or if it belongs to somebody else. */
    private static String environment(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static String available(InputStream out) throws IOException {
        int count = Math.min(out.available(), OUTPUT_LIMIT);
        return new String(out.readNBytes(count), StandardCharsets.UTF_8);
    }
}
