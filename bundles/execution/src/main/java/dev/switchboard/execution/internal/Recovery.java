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
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Json;
import java.time.Duration;
import java.util.ArrayList;
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

    private final Services services;
    private final ProjectUseCases projects;

    Recovery(Services services, ProjectUseCases projects) {
        this.services = services;
        this.projects = projects;
    }

    /** Looks after everything once: called when both the stores and custody are there for the first time. */
    void run(ProcessCustodian custodian) {
        List<CustodyRecord> left = new ArrayList<>(custodian.records());
        for (ProjectActor actor : projects.actors()) {
            List<CustodyRecord> agents = left.stream()
                    .filter(agent -> actor.id().toString().equals(agent.labels().get(AgentExecutor.LABEL_PROJECT)))
                    .toList();
            left.removeAll(agents);
            actor.execute(() -> recover(actor, agents));
        }
        left.forEach(agent -> end(agent.agentId(), () -> {}));
        custodian.sweep();
    }

    private void recover(ProjectActor actor, List<CustodyRecord> agents) {
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
            services.after(RETRY, actor::execute, () -> recover(actor, agents));
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
        end(agents.get(0).agentId(), () -> endAll(agents.subList(1, agents.size()), then));
    }

    private void end(String agentId, Runnable then) {
        Orphans.terminate(services, Optional.of(agentId)).whenComplete((report, failure) -> {
            if (failure != null) {
                LOG.error("agent {} could not be ended", agentId, failure);
            }
            Orphans.release(services, agentId);
            then.run();
        });
    }
}
