package dev.switchboard.executor.claude.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.executor.claude.internal.ProgramProbe.Probed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The installed CLI: where it is, and what it answered when it was asked for its version. It is looked for whenever it is
 * needed (a few file look-ups), and asked in the background whenever what was found is not what was asked last.
 *
 * <p>Safe for use by many threads; nothing here waits for the program.
 */
final class ClaudeProgram {
    static final String INSTALL = "Install it with: npm install -g @anthropic-ai/claude-code";

    /** A program that did not answer is asked again after this time: perhaps the machine was just busy. */
    private static final long ASK_AGAIN_NANOS = Duration.ofSeconds(30).toNanos();

    private static final Set<String> FEATURES = Set.of("interrupt", "permissions", "adopt", "partial_messages");

    private record Answer(ProgramLocation location, Probed probed, long at) {}

    private final Supplier<Settings> settings;
    private final Map<String, String> environment;
    private final Executor background;
    private final ProgramProbe probe;
    private final LongSupplier nanoTime;
    private final AtomicReference<Answer> answer = new AtomicReference<>();
    private final AtomicReference<ProgramLocation> asking = new AtomicReference<>();

    /**
     * @param environment the server's own: its PATH is searched
     * @param background runs the probes, which take a second or so
     */
    ClaudeProgram(
            Supplier<Settings> settings,
            Map<String, String> environment,
            Executor background,
            ProgramProbe probe,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.environment = Map.copyOf(environment);
        this.background = background;
        this.probe = probe;
        this.nanoTime = nanoTime;
    }

    /** What is known now; begins to ask what is not. */
    AgentCapabilities capabilities() {
        Optional<ProgramLocation> location = locate();
        Optional<Probed> probed = location.flatMap(this::ask);
        return new AgentCapabilities(
                probed.flatMap(Probed::version),
                location.map(found ->
                        probed.map(Probed::program).orElse(found.real()).toString()),
                location.isEmpty() ? Optional.of(missing()) : probed.flatMap(Probed::problem),
                probed.map(Probed::permissionModes).orElse(ProgramProbe.USUAL_MODES),
                FEATURES);
    }

    /**
     * The file to execute.
     *
     * @throws SwitchboardException {@code CLAUDE_NOT_FOUND} if there is none
     */
    Path require() {
        ProgramLocation location =
                locate().orElseThrow(() -> new SwitchboardException(ErrorCode.CLAUDE_NOT_FOUND, missing()));
        return ask(location).map(Probed::program).orElse(location.candidates().get(0));
    }

    private Optional<ProgramLocation> locate() {
        return ProgramLocation.find(path(), environment.getOrDefault("PATH", ""));
    }

    private String path() {
        return settings.get().get(ServerSettings.CLAUDE_PATH);
    }

    private String missing() {
        String path = path();
        return path.contains("/")
                ? "The Claude CLI is not installed: claude.path names " + path + ", which is no executable file. "
                        + INSTALL + ", or set claude.path to where it is."
                : "The Claude CLI is not installed: there is no executable " + path + " on the server's PATH. "
                        + INSTALL + ", or set claude.path to where it is.";
    }

    /** The last answer, if it is this program's; asks if there is none, or none that will do. */
    private Optional<Probed> ask(ProgramLocation location) {
        Answer last = answer.get();
        boolean same = last != null && last.location().equals(location);
        boolean worn =
                same && last.probed().problem().isPresent() && nanoTime.getAsLong() - last.at() > ASK_AGAIN_NANOS;
        if ((!same || worn) && !location.equals(asking.getAndSet(location))) {
            try {
                background.execute(() -> {
                    answer.set(new Answer(location, probe.ask(location.candidates()), nanoTime.getAsLong()));
                    asking.compareAndSet(location, null);
                });
            } catch (RejectedExecutionException e) {
                // The executor is being stopped: nobody will look at the answer.
                asking.set(null);
            }
        }
        return same ? Optional.of(last.probed()) : Optional.empty();
    }
}
