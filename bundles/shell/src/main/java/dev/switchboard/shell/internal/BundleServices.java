package dev.switchboard.shell.internal;

import dev.switchboard.audit.AuditLog;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.cleanup.Cleanup;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ConfigurationEditor;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.message.LogMaintenance;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.project.ProjectStoreProvider;
import dev.switchboard.security.TokenRegistry;
import dev.switchboard.shell.internal.StoreEntry.Provider;
import dev.switchboard.shell.internal.audit.ShellAudit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Services from the OSGi registry. */
public final class BundleServices implements Services {
    private static final Logger LOG = LoggerFactory.getLogger(BundleServices.class);

    private record Held(ServiceReference<?> reference, Object service) {}

    private final BundleContext context;
    /** Empty for those who only look. */
    private final Optional<ShellAudit> audit;

    private final Map<Class<?>, Held> held = new HashMap<>();

    /** For those who only look. */
    public BundleServices(BundleContext context) {
        this.context = context;
        this.audit = Optional.empty();
    }

    /** @param user who is said to have done what is done with the services */
    public BundleServices(BundleContext context, String user) {
        this.context = context;
        this.audit = Optional.of(new ShellAudit(this::record, user));
    }

    /** The log is asked for when something is recorded: by then the command may be over, and the log another one. */
    private void record(AuditRecord entry) {
        ServiceReference<AuditLog> reference = context.getServiceReference(AuditLog.class);
        AuditLog log = reference == null ? null : context.getService(reference);
        if (log != null) {
            log.record(entry);
            context.ungetService(reference);
        }
    }

    @Override
    public ProjectService projects() {
        ProjectService service = require(ProjectService.class, "the project service", "execution");
        return audit.map(by -> by.projects(service)).orElse(service);
    }

    @Override
    public ExecutionService executions() {
        ExecutionService service = require(ExecutionService.class, "the execution service", "execution");
        return audit.map(by -> by.executions(
                        service, project -> projects().status(project).pendingPermissions()))
                .orElse(service);
    }

    @Override
    public TokenRegistry tokens() {
        TokenRegistry service = require(TokenRegistry.class, "the token registry", "auth-token");
        return audit.map(by -> by.tokens(service)).orElse(service);
    }

    @Override
    public HealthMonitor health() {
        return require(HealthMonitor.class, "the health monitor", "health");
    }

    @Override
    public Configuration configuration() {
        return require(Configuration.class, "the configuration", "config");
    }

    @Override
    public ConnectionRegistry connections() {
        ConnectionRegistry service = require(ConnectionRegistry.class, "the list of connections", "gateway");
        return audit.map(by -> by.connections(service)).orElse(service);
    }

    @Override
    public ProcessCustodian custodian() {
        return require(ProcessCustodian.class, "custody of agents", "process");
    }

    @Override
    public ConfigurationEditor editor() {
        ConfigurationEditor service = require(ConfigurationEditor.class, "the editor of the configuration", "config");
        return audit.map(by -> by.editor(service)).orElse(service);
    }

    @Override
    public List<StoreEntry> stores() {
        Map<String, Provider> projects = providers(ProjectStoreProvider.class, ProjectStoreProvider.NAME);
        Map<String, Provider> messages = providers(MessageLogProvider.class, MessageLogProvider.NAME);
        SortedSet<String> names = new TreeSet<>(projects.keySet());
        names.addAll(messages.keySet());
        return names.stream()
                .map(name -> new StoreEntry(
                        name, Optional.ofNullable(projects.get(name)), Optional.ofNullable(messages.get(name))))
                .toList();
    }

    /** Of each name the one that is chosen. */
    private <T> Map<String, Provider> providers(Class<T> type, String nameProperty) {
        Map<String, Provider> chosen = new HashMap<>();
        references(type).stream().sorted().forEach(reference -> {
            Bundle bundle = reference.getBundle();
            if (bundle != null && reference.getProperty(nameProperty) instanceof String name) {
                chosen.put(name, new Provider(bundle.getSymbolicName(), ranking(reference)));
            }
        });
        return chosen;
    }

    private static int ranking(ServiceReference<?> reference) {
        return reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer rank ? rank : 0;
    }

    @Override
    public String version() {
        return context.getBundle().getHeaders().get("Implementation-Version");
    }

    @Override
    public Cleanup cleanup() {
        Cleanup service = require(Cleanup.class, "the cleanup", "cleanup");
        return audit.map(by -> by.cleanup(service)).orElse(service);
    }

    @Override
    public LogMaintenance maintenance() {
        String store = configuration().settings().get(ServerSettings.STORE);
        Optional<ServiceReference<LogMaintenance>> reference = references(LogMaintenance.class).stream()
                .filter(candidate -> store.equals(candidate.getProperty(MessageLogProvider.NAME)))
                .max(Comparator.naturalOrder());
        if (reference.isEmpty()
                && providers(MessageLogProvider.class, MessageLogProvider.NAME).containsKey(store)) {
            throw new SwitchboardException(
                    ErrorCode.SERVICE_UNAVAILABLE,
                    "the store \"" + store + "\" has nothing to be verified or repaired here; use the tools of the"
                            + " database, or whatever else it keeps messages in",
                    Map.of("service", "log maintenance"));
        }
        LogMaintenance service = require(
                LogMaintenance.class,
                reference.orElse(null),
                "the maintenance of the store \"" + store + "\"",
                "of that store");
        return audit.map(by -> by.maintenance(service)).orElse(service);
    }

    private <T> List<ServiceReference<T>> references(Class<T> type) {
        try {
            return new ArrayList<>(context.getServiceReferences(type, null));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter was given", e);
        }
    }

    private <T> T require(Class<T> type, String name, String bundle) {
        return require(type, context.getServiceReference(type), name, bundle);
    }

    private <T> T require(Class<T> type, ServiceReference<T> reference, String name, String bundle) {
        Held before = held.get(type);
        if (before != null && before.reference().equals(reference)) {
            return type.cast(before.service());
        }
        release(held.remove(type));
        T service = reference == null ? null : context.getService(reference);
        if (service == null) {
            throw new SwitchboardException(
                    ErrorCode.SERVICE_UNAVAILABLE,
                    name + " is not available: the bundle " + bundle
                            + " is not installed, not started, or just being replaced",
                    Map.of("service", name));
        }
        held.put(type, new Held(reference, service));
        return service;
    }

    private void release(Held gone) {
        if (gone != null) {
            context.ungetService(gone.reference());
        }
    }

    @Override
    public List<ExecutorEntry> executors() {
        List<ServiceReference<AgentExecutor>> references = references(AgentExecutor.class);
        // A reference is greater the sooner the framework would choose it.
        references.sort(Comparator.<ServiceReference<AgentExecutor>, String>comparing(BundleServices::name)
                .thenComparing(Comparator.reverseOrder()));
        List<ExecutorEntry> entries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ServiceReference<AgentExecutor> reference : references) {
            entry(reference, !seen.contains(name(reference))).ifPresent(entry -> {
                entries.add(entry);
                seen.add(entry.name());
            });
        }
        return entries;
    }

    private Optional<ExecutorEntry> entry(ServiceReference<AgentExecutor> reference, boolean selected) {
        Bundle bundle = reference.getBundle();
        AgentExecutor executor = context.getService(reference);
        if (bundle == null || executor == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ExecutorEntry(
                    name(reference), ranking(reference), selected, bundle.getSymbolicName(), capabilities(executor)));
        } finally {
            context.ungetService(reference);
        }
    }

    private static AgentCapabilities capabilities(AgentExecutor executor) {
        try {
            return executor.capabilities();
        } catch (RuntimeException e) {
            LOG.warn("an executor does not tell what it can do", e);
            return new AgentCapabilities(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("it does not tell what it can do; the server's log says why"),
                    Set.of(),
                    Set.of());
        }
    }

    private static String name(ServiceReference<AgentExecutor> reference) {
        return Objects.toString(reference.getProperty(AgentExecutor.NAME), "(unnamed)");
    }

    @Override
    public Registration listen(ExecutionListener listener) {
        ServiceRegistration<ExecutionListener> registration =
                context.registerService(ExecutionListener.class, listener, null);
        return registration::unregister;
    }

    @Override
    public void close() {
        held.values().forEach(this::release);
        held.clear();
    }
}
