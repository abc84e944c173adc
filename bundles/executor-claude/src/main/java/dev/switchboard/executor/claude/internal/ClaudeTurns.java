package dev.switchboard.executor.claude.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.executor.claude.internal.WarmProcesses.Taken;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessCustodian;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins turns, in processes of their own, and goes on with those of earlier servers. Safe for use by many threads. */
final class ClaudeTurns {
    private static final Logger LOG = LoggerFactory.getLogger(ClaudeTurns.class);

    private final ClaudeLauncher launcher;

    ClaudeTurns(ClaudeLauncher launcher) {
        this.launcher = launcher;
    }

    /** @throws SwitchboardException if the turn cannot begin; the listener has not been called then */
    AgentTurn begin(AgentLaunch launch, AgentListener listener) {
        PreparedLaunch prepared = launcher.prepare(launch, SessionStart.of(launch.session()));
        return goOnInWarm(prepared, listener).orElseGet(() -> beginNew(prepared, listener));
    }

    private AgentTurn beginNew(PreparedLaunch prepared, AgentListener listener) {
        ClaudeTurn turn = new ClaudeTurn(launcher, listener, prepared);
        turn.start(prepared);
        return turn;
    }

    /** Empty if no process waits that fits, or it did not take the prompt. */
    private Optional<AgentTurn> goOnInWarm(PreparedLaunch prepared, AgentListener listener) {
        ClaudeTurn turn = new ClaudeTurn(launcher, listener, prepared);
        Optional<Taken> taken = launcher.warm().take(prepared, turn::take);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        ClaudeProcess process = taken.get().process();
        try {
            process.beginTurn(TurnBeginning.of(prepared, taken.get().before()), process.handled());
            return Optional.of(turn);
        } catch (RuntimeException e) {
            LOG.info(
                    "Agent {}: it did not take another turn, beginning a new process: {}",
                    process.agentId(),
                    e.toString());
            process.unfollow();
            process.discard();
            return Optional.empty();
        }
    }

    /**
     * Goes on with an agent of an earlier server. All output since the process began is read again, so that the state is
     * what it would be had it been followed all the time; what was reported is not reported again.
     *
     * @throws SwitchboardException if it cannot be adopted
     */
    AgentTurn adopt(AgentAdoption adoption, AgentListener listener) {
        ProcessCustodian custodian = launcher.custodian();
        CustodyRecord agent = custodian
                .find(adoption.agentId())
                .orElseThrow(() -> new SwitchboardException(
                        ErrorCode.EXECUTION_FAILED, "The agent of an earlier server is not there any more."));
        ClaudeProcess process = new ClaudeProcess(launcher.runtime(), custodian, agent.agentId(), agent.labels());
        try {
            return adoption.execution().isPresent()
                    ? goOn(adoption, agent, process, listener)
                    : rest(adoption, agent, process, listener);
        } catch (RuntimeException e) {
            process.detach();
            throw e;
        }
    }

    private AgentTurn goOn(AgentAdoption adoption, CustodyRecord agent, ClaudeProcess process, AgentListener listener) {
        Optional<AgentLaunch> launch = adoption.prompt()
                .map(prompt -> new AgentLaunch(
                        adoption.execution().orElseThrow(),
                        adoption.project(),
                        adoption.directory(),
                        adoption.session(),
                        prompt,
                        adoption.options(),
                        process.serverLabels()));
        launch.ifPresent(begun -> process.sendAgain(ClaudeMessages.user(begun.execution(), begun.prompt())));
        boolean resumed =
                adoption.session().sessionId().isPresent() && adoption.offset() == 0 && process.turnOffset() == 0;
        ClaudeTurn turn = new ClaudeTurn(launcher, listener, adoption, launch, Setup.in(agent.labels()));
        turn.follow(
                process,
                new TurnProgress(
                        process.agentId(),
                        adoption.options().ask(),
                        adoption.session().sessionId(),
                        resumed,
                        adoption.execution().orElseThrow().toString()),
                adoption.openPermissions(),
                adoption.unconfirmedAnswers());
        return turn;
    }

    /** An agent that has had its turn waits for another one, if it may; what it does by itself is reported. */
    private AgentTurn rest(AgentAdoption adoption, CustodyRecord agent, ClaudeProcess process, AgentListener listener) {
        long offset = Math.max(adoption.offset(), process.turnOffset());
        Optional<Standby> standby = standby(adoption, agent, process, listener);
        if (standby.isEmpty() || !launcher.warm().keep(standby.get(), offset)) {
            process.follow(offset, Follower.NOBODY);
            process.finish();
            return new IdleAgent(process, Follower.NOBODY);
        }
        standby.get().settled();
        try {
            process.read(offset);
        } catch (RuntimeException e) {
            launcher.warm().remove(adoption.project(), process);
            throw e;
        }
        return new IdleAgent(process, standby.get());
    }

    /** Empty if the agent's last turn may not be over, or it can have no other. */
    private Optional<Standby> standby(
            AgentAdoption adoption, CustodyRecord agent, ClaudeProcess process, AgentListener listener) {
        String session = agent.labels().get(AgentExecutor.LABEL_SESSION);
        boolean rests = agent.alive()
                && agent.outputBytes() < ClaudeTurn.SPOOL_LIMIT
                && !agent.labels().containsKey(AgentExecutor.LABEL_EXECUTION)
                && session != null
                && !launcher.warm().has(adoption.project());
        return Setup.in(agent.labels())
                .filter(setup -> rests)
                .map(setup -> new Standby(
                        launcher,
                        adoption.project(),
                        process,
                        setup,
                        session,
                        adoption.options().ask(),
                        listener));
    }
}
