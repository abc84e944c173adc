package dev.switchboard.execution.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOutcome;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server that did not stop in good order left behind: runs that are recorded as EXECUTING, and agents in custody that
 * nobody drives. Each such run is ended, its agent with it, so that no project is stuck and no process stays behind.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final String EXPLANATION =
            "the server was stopped while this run was active; send the prompt again to go on in the same session";

    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final int ATTEMPTS = 10;
    private static final long LONGEST_WAIT = 60;

    private final Services services;
    private final Roster roster;
    private final Set<ProjectId> seen = new HashSet<>();
    private boolean swept;

    Recovery(Services services, Roster roster) {
        this.services = services;
        this.roster = roster;
    }

    /**
     * Looks after each project once, and the first time after the agents that belong to none: called one at a time, when the
     * stores or custody have been opened.
     *
     * @throws RuntimeException if custody cannot tell what it has; to be called again
     */
    void run(ProcessCustodian custodian) {
        List<CustodyRecord> left = new ArrayList<>(swept ? List.of() : custodian.records());
        for (ProjectActor actor : roster.all()) {
            List<CustodyRecord> agents = left.stream()
                    .filter(agent -> actor.id().toString().equals(agent.labels().get(AgentExecutor.LABEL_PROJECT)))
                    .toList();
            left.removeAll(agents);
            if (seen.add(actor.id())) {
                actor.execute(() -> recover(actor, agents, 0));
            }
        }
        if (!swept) {
            swept = true;
            left.forEach(agent -> end(agent.agentId(), ATTEMPTS, () -> {}));
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

    private void recover(ProjectActor actor, List<CustodyRecord> agents, int failures) {
        if (actor.isDeleted()) {
            endAll(agents, () -> {});
            return;
        }
        if (actor.run().isPresent()) {
            // Begun by this server, before custody was there: what it launched since is not among these agents.
            String active = actor.run().get().id().toString();
            endAll(
                    agents.stream()
                            .filter(agent -> !active.equals(agent.labels().get(AgentExecutor.LABEL_EXECUTION)))
                            .toList(),
                    () -> {});
            return;
        }
        Optional<ExecutionId> interrupted;
        try {
            interrupted = interruptedRun(actor);
        } catch (SwitchboardException e) {
            LOG.warn("project {}: cannot be recovered yet: {}", actor.id(), e.getMessage());
            endAll(agents, () -> {});
            Duration wait = RETRY.multipliedBy(Math.min(LONGEST_WAIT, 1L << Math.min(failures, 6)));
            services.after(wait, actor::execute, () -> recover(actor, List.of(), failures + 1));
            return;
        }
        interrupted.ifPresent(id -> {
            LOG.warn("project {}: run {} was active when the server stopped; ending it", actor.id(), id);
            Run run = actor.resume(
                    id, ExecutionOptions.none(), services.admission().adopt());
            ExecutionOutcome outcome = ExecutionOutcome.failed(
                    Result.FAILED, ErrorCode.EXECUTION_FAILED, EXPLANATION, Map.of("reason", "server_stopped"));
            endAll(agents, () -> actor.execute(() -> run.end(outcome)));
        });
        if (interrupted.isEmpty()) {
            endAll(agents, () -> {});
        }
    }

    /** The run that the log knows as begun and not as ended. */
    private Optional<ExecutionId> interruptedRun(ProjectActor actor) {
        MessageQuery lastState = MessageQuery.all()
                .withTypes(Set.of(Records.PROJECT_STATE))
                .withOrder(MessageQuery.Order.DESCENDING)
                .withLimit(1);
        MessagePage page = services.stores().log(log -> log.read(actor.id(), lastState));
        return page.messages().stream().findFirst().flatMap(Recovery::executing);
    }

    private static Optional<ExecutionId> executing(Message message) {
        try {
            JsonNode data = Json.read(message.content().toBytes());
            return data.path("state").asText().equals(ProjectState.EXECUTING.name())
                    ? Optional.of(ExecutionId.parse(data.path("execution_id").asText()))
                    : Optional.empty();
        } catch (JsonProcessingException | SwitchboardException e) {
            LOG.error("record {} is not a state of a run", message.seq(), e);
            return Optional.empty();
        }
    }

    private void endAll(List<CustodyRecord> agents, Runnable then) {
        if (agents.isEmpty()) {
            then.run();
            return;
        }
        end(agents.get(0).agentId(), ATTEMPTS, () -> endAll(agents.subList(1, agents.size()), then));
    }

    private void end(String agentId, int attempts, Runnable then) {
        Orphans.terminate(services, Optional.of(agentId)).whenComplete((report, failure) -> {
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
