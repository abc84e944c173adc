package dev.switchboard.health.internal;

import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.security.Authenticator;
import dev.switchboard.security.TokenRegistry;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Which of the services are there that the server is made of. Nothing here keeps one of them from going. */
@Component(service = CoreServices.class)
public final class CoreServices {
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ProjectService projects;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ExecutionService execution;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ProcessCustodian custodian;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Broadcaster broadcaster;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile TokenRegistry tokens;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Authenticator authenticator;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile Collection<Map.Entry<Map<String, Object>, AgentExecutor>> executors = List.of();

    /**
     * One probe for each service, in the order in which they are shown.
     *
     * @param authenticationNeeded whether it matters that nobody can authenticate
     */
    List<Probe> probes(BooleanSupplier authenticationNeeded) {
        return List.of(
                new PresenceProbe("projects", () -> projects != null, "no project can be created or joined"),
                new PresenceProbe("execution", () -> execution != null, "no agent can be run"),
                new PresenceProbe("custodian", () -> custodian != null, "no agent's process can be started or stopped"),
                new PresenceProbe("broadcaster", () -> broadcaster != null, "nobody sees what agents do as they do it"),
                new PresenceProbe("token_registry", () -> tokens != null, "no token can be made or revoked"),
                new PresenceProbe(
                        "authenticator",
                        () -> authenticator != null || !authenticationNeeded.getAsBoolean(),
                        "nobody can log in"));
    }

    /** The executor that new runs of this kind of agent get: of several, the one with the highest ranking. */
    Optional<AgentExecutor> executor(String name) {
        return executors.stream()
                .filter(entry -> name.equals(entry.getKey().get(AgentExecutor.NAME)))
                .max(Comparator.<Map.Entry<Map<String, Object>, AgentExecutor>>comparingInt(entry ->
                                entry.getKey().get(Constants.SERVICE_RANKING) instanceof Integer rank ? rank : 0)
                        // Of equal ones the framework prefers the oldest, which has the lowest id.
                        .thenComparing(
                                entry -> entry.getKey().get(Constants.SERVICE_ID) instanceof Long id
                                        ? id
                                        : Long.MAX_VALUE,
                                Comparator.reverseOrder()))
                .map(Map.Entry::getValue);
    }
}
