package dev.switchboard.executor.claude.internal;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.SpoolLine;
import dev.switchboard.project.ProjectId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * Watches a process between two turns: what still belongs to the one before is passed over, and a turn that the agent
 * begins by itself is made one.
 */
final class Standby implements Follower {
    private static final LineInterpreter INTERPRETER = new LineInterpreter(UnaryOperator.identity());

    private final ClaudeLauncher launcher;
    private final ProjectId project;
    private final ClaudeProcess process;
    private final Setup setup;
    private final String session;
    private final Ask ask;
    private final AgentListener before;
    private final CompletableFuture<Void> recorded = new CompletableFuture<>();

    /** @param before the listener of the turn before */
    Standby(
            ClaudeLauncher launcher,
            ProjectId project,
            ClaudeProcess process,
            Setup setup,
            String session,
            Ask ask,
            AgentListener before) {
        this.launcher = launcher;
        this.project = project;
        this.process = process;
        this.setup = setup;
        this.session = session;
        this.ask = ask;
        this.before = before;
    }

    ProjectId project() {
        return project;
    }

    ClaudeProcess process() {
        return process;
    }

    Setup setup() {
        return setup;
    }

    /** The conversation that the next turn has to be of. */
    String session() {
        return session;
    }

    /** The end of the turn before has been recorded: the process may be forgotten when it has ended. */
    void settled() {
        recorded.complete(null);
    }

    @Override
    public CompletionStage<Void> lines(List<SpoolLine> lines) {
        for (int i = 0; i < lines.size(); i++) {
            Beginning beginning = new Beginning();
            INTERPRETER.interpret(lines.get(i), beginning);
            if (beginning.seen) {
                return begin(
                        lines.subList(i, lines.size()),
                        i == 0 ? 0 : lines.get(i - 1).end());
            }
        }
        return CompletableFuture.completedStage(null);
    }

    private CompletionStage<Void> begin(List<SpoolLine> lines, long offset) {
        TurnProgress progress = new TurnProgress(process.agentId(), ask, Optional.of(session), false, "");
        ClaudeTurn turn = new ClaudeTurn(launcher, project, ask, Optional.empty(), Optional.of(setup), 0);
        if (!launcher.warm().occupy(project, process, turn)) {
            // Another turn has begun in between, and these lines are its own.
            Follower present = process.follower();
            return present == this ? CompletableFuture.completedStage(null) : present.lines(lines);
        }
        turn.goOnByItself(process, progress, before, offset);
        return turn.lines(lines);
    }

    @Override
    public CompletionStage<Void> exited(ProcessExit exit) {
        launcher.warm().remove(project, process);
        return recorded;
    }

    @Override
    public void unreadable() {
        launcher.warm().remove(project, process);
        process.endNow();
    }

    /** Whether a line begins a turn. */
    private static final class Beginning implements LineHandler {
        private boolean seen;

        @Override
        public void shown(String type, Content line, long end) {
            seen |= type.equals("assistant") || type.equals("user");
        }

        @Override
        public void state(State state) {
            seen |= state != State.IDLE;
        }

        @Override
        public void asked(PermissionRequest request, long end) {
            seen = true;
        }

        @Override
        public void askedTooMuch(String permissionId) {
            seen = true;
        }

        @Override
        public void result(ResultLine result, Content line, long end) {
            seen = true;
        }

        @Override
        public void partial(Content line) {
            // part of a line that says more
        }

        @Override
        public void session(String id) {
            // said again with each turn
        }

        @Override
        public void limited(Optional<Instant> until) {
            // no turn
        }

        @Override
        public void withdrawn(String permissionId) {
            // of the turn before
        }

        @Override
        public void unsupported(String requestId, String subtype) {
            // asked outside of a turn, by nobody we know
        }

        @Override
        public void message(String uuid, MessageState state) {
            // of the turn before, or one that somebody is about to take over with its lines
        }

        @Override
        public void notJson() {
            // nothing
        }
    }
}
