package dev.switchboard.gateway.internal;

import dev.switchboard.audit.AuditLog;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.health.HealthMonitor;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The services that requests are done with, each of which may be swapped or missing. Whoever needs one asks once per
 * operation. Safe for use by many threads.
 */
@Component(service = Services.class, immediate = true)
public final class Services {
    /** What a client is told to wait before it tries again while something is swapped. */
    static final int RETRY_AFTER_MS = 1000;

    private final Configuration configuration;
    private final String version;
    private final Clock clock;
    private final AtomicReference<ProjectService> projects = new AtomicReference<>();
    private final AtomicReference<ExecutionService> executions = new AtomicReference<>();
    private final AtomicReference<Broadcaster> broadcaster = new AtomicReference<>();
    private final AtomicReference<HealthMonitor> health = new AtomicReference<>();
    private final AtomicReference<AuditLog> audit = new AtomicReference<>();
    private final List<Runnable> broadcasterListeners = new CopyOnWriteArrayList<>();

    @Activate
    public Services(@Reference Configuration configuration, BundleContext context) {
        this(configuration, context.getBundle().getHeaders().get("Implementation-Version"), Clock.systemUTC());
    }

    Services(Configuration configuration, String version, Clock clock) {
        this.configuration = configuration;
        this.version = version;
        this.clock = clock;
    }

    public Settings settings() {
        return configuration.settings();
    }

    public Clock clock() {
        return clock;
    }

    /** The server's version. */
    public String version() {
        return version;
    }

    /** @throws SwitchboardException {@code SERVICE_UNAVAILABLE} if there is none */
    public ProjectService projects() {
        return required(projects, "projects");
    }

    /** @throws SwitchboardException {@code SERVICE_UNAVAILABLE} if there is none */
    public ExecutionService executions() {
        return required(executions, "execution");
    }

    /** @throws SwitchboardException {@code SERVICE_UNAVAILABLE} if there is none */
    public HealthMonitor health() {
        return required(health, "health");
    }

    public Optional<Broadcaster> broadcaster() {
        return Optional.ofNullable(broadcaster.get());
    }

    /**
     * Checks that what is done can be shown.
     *
     * @throws SwitchboardException {@code SERVICE_UNAVAILABLE} if there is no broadcaster
     */
    public void requireBroadcaster() {
        required(broadcaster, "broadcaster");
    }

    private static <T> T required(AtomicReference<T> reference, String service) {
        T present = reference.get();
        if (present == null) {
            throw unavailable(service);
        }
        return present;
    }

    /** Hands a record to the audit log, if there is one. */
    void audit(AuditRecord entry) {
        AuditLog present = audit.get();
        if (present != null) {
            present.record(entry);
        }
    }

    /** The error for a service that is missing. */
    static SwitchboardException unavailable(String service) {
        return new SwitchboardException(
                ErrorCode.SERVICE_UNAVAILABLE,
                "the " + service + " service is not installed or is being exchanged; try again in a moment",
                Map.of("service", service, "retry_after_ms", RETRY_AFTER_MS));
    }

    /** Has the listener called when there is another broadcaster, or none any more. */
    void onBroadcaster(Runnable listener) {
        broadcasterListeners.add(listener);
    }

    void removeOnBroadcaster(Runnable listener) {
        broadcasterListeners.remove(listener);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindProjects(ProjectService service) {
        projects.set(service);
    }

    void unbindProjects(ProjectService service) {
        projects.compareAndSet(service, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindExecutions(ExecutionService service) {
        executions.set(service);
    }

    void unbindExecutions(ExecutionService service) {
        executions.compareAndSet(service, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindBroadcaster(Broadcaster service) {
        broadcaster.set(service);
        broadcasterListeners.forEach(Runnable::run);
    }

    void unbindBroadcaster(Broadcaster service) {
        if (broadcaster.compareAndSet(service, null)) {
            broadcasterListeners.forEach(Runnable::run);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindHealth(HealthMonitor service) {
        health.set(service);
    }

    void unbindHealth(HealthMonitor service) {
        health.compareAndSet(service, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAudit(AuditLog service) {
        audit.set(service);
    }

    void unbindAudit(AuditLog service) {
        audit.compareAndSet(service, null);
    }
}
