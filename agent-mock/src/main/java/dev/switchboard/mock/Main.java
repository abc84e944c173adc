package dev.switchboard.mock;

import dev.switchboard.mock.cli.EarlyExit;
import dev.switchboard.mock.cli.LaunchOptions;
import dev.switchboard.mock.io.AgentOutput;
import dev.switchboard.mock.io.Stderr;
import dev.switchboard.mock.io.StdinPrompt;
import dev.switchboard.mock.scenario.PromptScript;
import dev.switchboard.mock.session.SessionStore;
import dev.switchboard.mock.turn.Agent;
import dev.switchboard.mock.turn.Mailbox;
import dev.switchboard.mock.turn.SessionSource;
import dev.switchboard.mock.turn.Signals;
import dev.switchboard.mock.turn.StreamInput;
import dev.switchboard.mock.turn.TurnRunner;
import dev.switchboard.mock.turn.UnknownSession;
import java.nio.file.Path;

/** Stands in for the claude command line: same options, same protocol, no model. */
public final class Main {

    private static final String NO_PROMPT =
            "Error: Input must be provided either through stdin or as a prompt argument when using --print\n";

    private final LaunchOptions options;
    private final AgentVersion version;
    private final AgentOutput output;
    private final Mailbox mailbox = new Mailbox();
    private final Agent agent;
    private final SessionSource sessions;
    private final String[] words;

    private Main(String[] words, AgentVersion version) {
        this.words = words;
        this.version = version;
        this.options = LaunchOptions.parse(words, version);
        this.output = new AgentOutput(options.outputFormat(), options.verbose());
        String cwd = System.getProperty("user.dir");
        this.sessions =
                new SessionSource(new SessionStore(configDirectory(), cwd, version.isCurrent()), options.session());
        this.agent = new Agent(options, version, output, sessions, Path.of(cwd));
    }

    public static void main(String[] words) {
        // Exit without shutdown hooks: other threads may be blocked in reading, and nothing is left to be written.
        Runtime.getRuntime().halt(run(words));
    }

    private static int run(String[] words) {
        try {
            return new Main(words, AgentVersion.fromEnvironment()).run();
        } catch (EarlyExit e) {
            AgentOutput output = new AgentOutput("text", false);
            output.raw(e.output());
            Stderr.print(e.error());
            return e.code();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private int run() throws InterruptedException {
        new Signals(agent, mailbox).install();
        if (!sessions.open()) {
            UnknownSession.report(agent, options.session().resume());
            return 1;
        }
        TurnRunner runner = new TurnRunner(agent, mailbox, new PromptScript(words));
        if (options.streamInput()) {
            readInBackground();
            runner.runAll(exitDelayMillis());
        } else {
            runner.runOnce(prompt());
        }
        output.finish();
        mailbox.stay(agent.stayMillis());
        return Signals.interrupted() || !runner.lastFailed() ? 0 : 1;
    }

    private void readInBackground() {
        StreamInput input = new StreamInput(agent, mailbox, new StreamInput.Exit() {
            @Override
            public void now(int code) {
                Runtime.getRuntime().halt(code);
            }
        });
        Thread reader = new Thread(
                new Runnable() {
                    @Override
                    public void run() {
                        try {
                            input.readAll();
                        } catch (RuntimeException | OutOfMemoryError e) {
                            Stderr.print("Error: cannot read the input: " + e + "\n");
                            Runtime.getRuntime().halt(1);
                        }
                    }
                },
                "stdin-stream");
        reader.setDaemon(true);
        reader.start();
    }

    /** The prompt of a one-shot run: the argument, standard input, or both joined. */
    private String prompt() throws InterruptedException {
        String piped = Boolean.getBoolean("mock.stdin.tty") ? "" : new StdinPrompt().read();
        if (piped == null) {
            throw EarlyExit.refused("Error: piped stdin input exceeds 10MB. Pass a file path instead.\n");
        }
        String argument = options.prompt();
        String prompt = argument == null ? piped : piped.isEmpty() ? argument : argument + "\n" + piped;
        if (prompt.isBlank()) {
            throw EarlyExit.refused(NO_PROMPT);
        }
        return prompt;
    }

    private static Path configDirectory() {
        String configured = System.getenv("CLAUDE_CONFIG_DIR");
        if (configured != null && !configured.isEmpty()) {
            return Path.of(configured);
        }
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home, ".claude");
    }

    /** After how much idle time the process leaves by itself; negative is never. */
    private static long exitDelayMillis() {
        String delay = System.getenv("CLAUDE_CODE_EXIT_AFTER_STOP_DELAY");
        try {
            return delay == null ? -1 : Long.parseLong(delay);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
