package dev.switchboard.process.internal;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.process.CustodyCounts;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.OutputConsumer;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.ProcessSpec;
import dev.switchboard.process.TerminationPlan;
import dev.switchboard.process.TerminationReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps agents as sessions of their own, each with a directory under {@code <data.dir>/agents} that holds all there is
 * to know of it, so that another server can take up where this one stops.
 */
@Component(
        immediate = true,
        service = {ProcessCustodian.class, DetachedProcessCustodian.class})
public final class DetachedProcessCustodian implements ProcessCustodian {
    private static final Logger LOG = LoggerFactory.getLogger(DetachedProcessCustodian.class);
    private static final String FILE_NAME = "[A-Za-z0-9-][A-Za-z0-9.-]*";
    private static final String DIRECTORY_FAILURE = "The agent's directory cannot be written";
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
    private static final Duration KILL_DEADLINE = Duration.ofSeconds(5);
    private static final Duration STDERR_CHECK = Duration.ofSeconds(1);

    private final AgentShelf shelf;
    private final AgentTrees trees;
    private final ProcessTable table;
    private final Signals signals;
    private final AgentLauncher launcher;
    private final TreeKiller killer;
    private final Isolation isolation;
    private final CustodyFigures figures = new CustodyFigures();
    private final Terminator terminator;
    private final Tailer tailer = new Tailer();
    private final Sweeper sweeper;
    private Configuration.Registration registration = () -> {};
    private volatile boolean closed;

    @Activate
    public DetachedProcessCustodian(@Reference Configuration configuration) throws IOException {
        this(
                dataDirectory(configuration),
                ProcessTable.ofThisMachine(),
                LaunchPrograms.ofThisMachine(),
                configuration.settings().get(ServerSettings.AGENTS_ISOLATION),
                Clock.systemUTC());
        registration =
                configuration.onChange(settings -> isolation.want(settings.get(ServerSettings.AGENTS_ISOLATION)));
        isolation.want(configuration.settings().get(ServerSettings.AGENTS_ISOLATION)); // may have changed before that
    }

    DetachedProcessCustodian(
            Path dataDirectory,
            ProcessTable table,
            LaunchPrograms programs,
            ServerSettings.Isolation wanted,
            Clock clock)
            throws IOException {
        Path root = dataDirectory.toAbsolutePath().normalize().resolve("agents");
        PrivateFiles.directories(root);
        this.table = table;
        this.shelf = new AgentShelf(root);
        shelf.load(table);
        this.trees = new AgentTrees(InstanceId.of(root.resolve("instance.id")), table, shelf, this::isEnding);
        this.signals = new Signals(table, programs.kill());
        this.isolation = new Isolation(new NamespaceProbe(programs)::obstacle, wanted);
        this.launcher = new AgentLauncher(table, programs, isolation, clock);
        this.killer = new TreeKiller(signals);
        this.terminator = new Terminator(trees::of, signals, figures, this::lookLater);
        this.sweeper = new Sweeper(trees::leftovers, killer, figures, terminator::after);
        resumeInputs();
        tailer.start();
        terminator.every(STDERR_CHECK, this::boundStderr);
        LOG.info("{} agents found in {}", shelf.all().size(), root);
    }

    /** Stops looking after the agents and leaves them running: the next server finds them. */
    @Deactivate
    public void close() {
        closed = true;
        registration.close();
        tailer.stop(STOP_PATIENCE);
        terminator.stop(STOP_PATIENCE);
    }

    @Override
    public CustodyRecord launch(ProcessSpec spec) {
        String agentId = spec.agentId();
        if (closed) {
            throw new IllegalStateException("process custody is stopping");
        }
        for (String name : spec.files().keySet()) {
            if (!name.matches(FILE_NAME)) {
                throw new IllegalArgumentException("file \"" + name + "\": a name has letters, digits, dots, hyphens");
            }
        }
        AgentDirectory directory = directory(agentId);
        try {
            Agent agent = new Agent(directory, launcher.launch(trees.cookie(agentId), spec, directory), table);
            shelf.put(agent);
            figures.launched();
            return agent.snapshot();
        } catch (IOException e) {
            undo(agentId, directory);
            throw PrivateFiles.failure(DIRECTORY_FAILURE, e);
        } catch (RuntimeException e) {
            undo(agentId, directory);
            throw e;
        } finally {
            shelf.launched(agentId);
        }
    }

    @Override
    public Path files(String agentId) {
        return shelf.directory(agentId).files();
    }

    @Override
    public List<CustodyRecord> records() {
        return shelf.all().stream().map(Agent::snapshot).toList();
    }

    @Override
    public Optional<CustodyRecord> find(String agentId) {
        return shelf.find(agentId).map(Agent::snapshot);
    }

    @Override
    public void label(String agentId, Map<String, String> labels) {
        Agent agent = shelf.get(agentId);
        disk(agent, "The agent's labels cannot be written", () -> {
            agent.label(labels);
            return null;
        });
    }

    @Override
    public boolean send(String agentId, long number, Content message) {
        Agent agent = shelf.get(agentId);
        boolean sent = disk(
                agent,
                "The message to the agent cannot be written",
                () -> agent.input().send(number, message));
        tailer.expect(agent);
        return sent;
    }

    @Override
    public long nextNumber(String agentId) {
        Agent agent = shelf.get(agentId);
        return disk(agent, "The agent's messages cannot be read", agent.input()::next);
    }

    @Override
    public void endInput(String agentId) {
        Agent agent = shelf.get(agentId);
        disk(agent, "The end of the agent's input cannot be written", () -> {
            agent.input().end();
            return null;
        });
    }

    @Override
    public Tail tail(String agentId, long offset, OutputConsumer consumer) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " is negative");
        }
        Agent agent = shelf.get(agentId);
        return disk(agent, "The agent's output cannot be read", () -> tailer.add(agent, offset, consumer))::close;
    }

    @Override
    public CompletionStage<TerminationReport> terminate(String agentId, TerminationPlan plan) {
        return terminator.terminate(shelf.get(agentId), plan);
    }

    @Override
    public void interrupt(String agentId) {
        shelf.get(agentId).agentProcess().ifPresent(signals::interrupt);
    }

    @Override
    public void release(String agentId) {
        Agent agent = shelf.get(agentId);
        if (agent.observe().isEmpty()) {
            throw new IllegalStateException("agent " + agentId + " is alive: terminate it first");
        }
        tailer.forget(agent);
        shelf.remove(agent);
        disk("The agent's directory cannot be removed", () -> {
            agent.directory().remove();
            return null;
        });
    }

    @Override
    public TerminationReport sweep() {
        TerminationReport report = sweeper.sweep();
        disk("The agents' directory cannot be read", () -> {
            for (Path stray : shelf.strays()) {
                PrivateFiles.delete(stray);
            }
            return null;
        });
        return report;
    }

    @Override
    public CustodyCounts counts() {
        return figures.counts((int)
                shelf.all().stream().filter(agent -> agent.observe().isEmpty()).count());
    }

    AgentShelf shelf() {
        return shelf;
    }

    /** What new agents are shut in. */
    Isolation isolation() {
        return isolation;
    }

    /** How many processes are there just now that should have ended, however often they are sent SIGKILL. */
    int survivors() {
        return terminator.survivors() + sweeper.survivors();
    }

    private boolean isEnding(Agent agent) {
        return terminator.isRunning(agent);
    }

    /** Of a PID namespace nothing is left for certain. */
    private void lookLater(Agent ended) {
        if (!ended.manifest().isolated()) {
            sweeper.lookLater();
        }
    }

    private AgentDirectory directory(String agentId) {
        return disk(DIRECTORY_FAILURE, () -> shelf.launching(agentId));
    }

    private void undo(String agentId, AgentDirectory directory) {
        killer.kill(trees.ofLaunch(agentId), KILL_DEADLINE);
        try {
            PrivateFiles.delete(directory.path());
        } catch (IOException e) {
            LOG.warn("{} is left behind by a launch that failed", directory.path(), e);
        }
    }

    private void resumeInputs() {
        for (Agent agent : shelf.all()) {
            try {
                if (agent.observe().isEmpty()) {
                    agent.input().resume();
                }
            } catch (IOException e) {
                LOG.warn("cannot wake the input of agent {}", agent.manifest().agentId(), e);
            }
        }
    }

    private void boundStderr() {
        shelf.all().forEach(agent -> agent.stderr().bound());
    }

    /** Once an agent is released its directory goes: what fails then fails as if it had come a moment later. */
    private <T> T disk(Agent agent, String failure, DiskAccess<T> access) {
        return disk(failure, () -> {
            try {
                return access.run();
            } catch (IOException e) {
                shelf.get(agent.manifest().agentId());
                throw e;
            }
        });
    }

    private static <T> T disk(String failure, DiskAccess<T> access) {
        try {
            return access.run();
        } catch (IOException e) {
            LOG.warn("{}", failure, e);
            throw PrivateFiles.failure(failure, e);
        }
    }

    private interface DiskAccess<T> {
        T run() throws IOException;
    }

    private static Path dataDirectory(Configuration configuration) {
        String directory = configuration.settings().get(ServerSettings.DATA_DIR);
        return directory.isEmpty() ? Path.of(System.getProperty("user.home"), ".switchboard") : Path.of(directory);
    }
}
