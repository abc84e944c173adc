package dev.switchboard.execution.internal;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.OptionsWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier server left behind: runs that are recorded as EXECUTING, and agents in custody that nobody drives. A run whose
 * agent is there is gone on with as soon as its executor is; other agents are ended, and runs without an agent, so that no project
 * is stuck and no process stays behind.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final int ATTEMPTS = 10;
    private static final long LONGEST_WAIT = 60;

    private final Services services;
    private final Roster roster;
    /** Of each project: whether its log has been looked at, and its agents, once both are known. */
    private final Map<ProjectId, Findings> projects = new ConcurrentHashMap<>();

    private boolean swept;

    /** Used on the project's executor only, but for its creation. */
    private static final class Findings {
        private boolean logRead;
        private Optional<List<CustodyRecord>> agents = Optional.empty();
        private boolean done;
    }

    Recovery(Services services, Roster roster) {
        this.services = services;
        this.roster = roster;
    }

    /** Looks once for the active run of each project, as the log has it: called one at a time, when the stores have been opened. */
    void resume() {
        for (ProjectActor actor : roster.all()) {
            if (projects.putIfAbsent(actor.id(), new Findings()) == null) {
                actor.execute(() -> resume(actor, 0));
            }
        }
    }

    /**
     * Looks once for the agents of each project, and the first time for those that belong to none: called one at a time, when
     * custody has come or the stores have been opened.
     *
     * @throws RuntimeException if custody cannot tell what it has; to be called again
     */
    void run(ProcessCustodian custodian) {
        resume();
        List<CustodyRecord> left = new ArrayList<>(swept ? List.of() : custodian.records());
        for (ProjectActor actor : roster.all()) {
            List<CustodyRecord> agents = left.stream()
                    .filter(agent -> actor.id().toString().equals(agent.labels().get(AgentExecutor.LABEL_PROJECT)))
                    .toList();
            left.removeAll(agents);
            actor.execute(() -> {
                Findings findings = projects.get(actor.id());
                if (findings.agents.isEmpty()) {
                    findings.agents = Optional.of(agents);
                    match(actor, findings);
                    services.after(Handover.PATIENCE, actor::execute, () -> giveUp(findings));
                }
            });
        }
        if (!swept) {
            swept = true;
            left.forEach(agent -> endAll(List.of(agent), () -> {}));
            sweep(custodian, ATTEMPTS);
        }
    }

    private void sweep(ProcessCustodian custodian, int attempts) {
        try {
            custodian.sweep();
        } catch (RuntimeException e) {
            LOG.error("processes that an earlier server left behind could not be looked for", e);
            if (attempts > 1) {
                services.after(
                        RETRY,
                        services.pool(),
                        () -> sweep(services.custodian().get().orElse(custodian), attempts - 1));
            }
        }
    }

    private void resume(ProjectActor actor, int failures) {
        if (!actor.isDeleted() && actor.run().isEmpty()) {
            try {
                RunHistory.LastState last = RunHistory.lastState(services.stores(), actor.id());
                last.lastActive().ifPresent(actor::wasActive);
                last.active().ifPresent(actor::resume);
            } catch (SwitchboardException e) {
                LOG.warn("project {}: cannot be recovered yet: {}", actor.id(), e.getMessage());
                Duration wait = RETRY.multipliedBy(Math.min(LONGEST_WAIT, 1L << Math.min(failures, 6)));
                services.after(wait, actor::execute, () -> resume(actor, failures + 1));
                return;
            }
        }
        Findings findings = projects.get(actor.id());
        findings.logRead = true;
        if (findings.done) {
            actor.queue().release(); // its agents were not waited for any longer
        }
        match(actor, findings);
    }

    /** Brings the run of a project and its agent together, as soon as both are known. */
    private void match(ProjectActor actor, Findings findings) {
        if (findings.done || !findings.logRead || findings.agents.isEmpty()) {
            return;
        }
        findings.done = true;
        List<CustodyRecord> others = new ArrayList<>(findings.agents.get());
        // One that this server has begun, before custody told what it had, is not among the agents or drives its own.
        Optional<Run> run = actor.run();
        Optional<CustodyRecord> agent = run.flatMap(active -> others.stream()
                .filter(other -> active.id().toString().equals(other.labels().get(AgentExecutor.LABEL_EXECUTION)))
                .max(Comparator.comparing(CustodyRecord::launchedAt)));
        agent.ifPresent(others::remove);
        Optional<Run> leftBehind = run.filter(Run::isLeftBehind);
        leftBehind.ifPresent(active -> agent.ifPresent(found -> goOn(actor, active, found)));
        endAll(
                others,
                () -> actor.execute(() -> {
                    if (agent.isEmpty()) {
                        leftBehind.ifPresent(actor.queue()::goOnWithoutAgent);
                    }
                    actor.queue().release();
                }));
    }

    /** A log that cannot be read for so long does not keep agents working for nobody. */
    private void giveUp(Findings findings) {
        if (!findings.done) {
            findings.done = true;
            endAll(findings.agents.orElseThrow(), () -> {});
        }
    }

    private void goOn(ProjectActor actor, Run run, CustodyRecord agent) {
        String executor = agent.labels()
                .getOrDefault(AgentExecutor.LABEL_EXECUTOR, actor.project().executor());
        run.context().run(() -> {
            LOG.info("project {}: run {} goes on, its agent is {}", actor.id(), run.id(), agent.agentId());
            run.found(agent.agentId(), executor, options(agent));
        });
    }

    private static ExecutionOptions options(CustodyRecord agent) {
        try {
            return Optional.ofNullable(agent.labels().get(ProjectActor.LABEL_OPTIONS))
                    .map(OptionsWriter::read)
                    .orElse(ExecutionOptions.none());
        } catch (IllegalArgumentException e) {
            LOG.error("agent {}: the options of its run cannot be read; going on without", agent.agentId(), e);
            return ExecutionOptions.none();
        }
    }

    /** Ends agents that nobody goes on with, one after the other. */
    private void endAll(List<CustodyRecord> agents, Runnable then) {
        CompletableFuture<Void> ending = new CompletableFuture<>();
        services.endings().add(ending);
        endNext(agents, () -> {
            ending.complete(null);
            then.run();
        });
    }

    private void endNext(List<CustodyRecord> agents, Runnable then) {
        if (agents.isEmpty()) {
            then.run();
            return;
        }
        end(agents.get(0).agentId(), ATTEMPTS, () -> endNext(agents.subList(1, agents.size()), then));
    }

    private void end(String agentId, int attempts, Runnable then) {
        Orphans.endNow(services, agentId).whenComplete((report, failure) -> {
            if (failure != null && attempts > 1) {
                LOG.warn("agent {} could not be ended, trying again", agentId, failure);
                services.after(RETRY, services.pool(), () -> end(agentId, attempts - 1, then));
                return;
            }
            if (failure != null) {
                LOG.error("agent {} could not be ended", agentId, failure);
            }
            Orphans.release(services, agentId);
            then.run();
        });
    }
}
