package dev.switchboard.execution.internal;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.concurrent.SerialExecutor;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.logging.LogContext;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.project.ProjectListener;
import dev.switchboard.project.ProjectStoreProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.felix.hc.api.HealthCheck;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the use cases together and offers them as services. Stores, executors, custody and listeners come and go while it
 * stays; stores are opened, changed and closed on one thread, never on that of a service event.
 */
@Component(service = MetricSource.class, immediate = true)
public final class ExecutionComponent implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutionComponent.class);
    private static final int THREADS = Math.max(4, Runtime.getRuntime().availableProcessors() * 2);
    private static final long CLOSE_SECONDS = 10;
    private static final long OPEN_AGAIN_SECONDS = 1;
    /** Often enough for the default reserve to outlast what a few agents can write between two looks. */
    private static final long DISK_MILLIS = 250;

    private final Ranked<ProjectStoreProvider> projectStores = new Ranked<>(ProjectStoreProvider.NAME);
    private final Ranked<MessageLogProvider> messageLogs = new Ranked<>(MessageLogProvider.NAME);
    private final Ranked<AgentExecutor> executors = new Ranked<>(AgentExecutor.NAME);
    private final Listeners listeners = new Listeners();
    private final SynchronousBundleListener whenServerStops = this::serverStops;
    private final BundleContext context;
    private final AtomicBoolean loaded = new AtomicBoolean();

    private final ExecutorService pool =
            Executors.newFixedThreadPool(THREADS, new NamedThreads("switchboard-execution"));
    private final ScheduledThreadPoolExecutor scheduler =
            new ScheduledThreadPoolExecutor(1, new NamedThreads("switchboard-execution-timer"));
    private final SerialExecutor changes =
            new SerialExecutor(pool, failure -> LOG.error("changing the stores failed", failure));

    private final Stores stores;
    private final Admission admission;
    private final ProjectUseCases projects;
    private final Endings endings = new Endings();
    private final Recovery recovery;
    private final ExecutionService executions;
    private final Configuration configuration;
    private final Configuration.Registration registration;
    private final List<ServiceRegistration<?>> registrations;
    private volatile ProcessCustodian custodian;

    @Activate
    public ExecutionComponent(BundleContext context, @Reference Configuration configuration) {
        this.configuration = configuration;
        scheduler.setRemoveOnCancelPolicy(true);
        admission = new Admission(configuration);
        stores = new Stores(
                projectStores,
                messageLogs,
                () -> configuration.settings().get(ServerSettings.STORE),
                this::storesOpened,
                this::storeMissing);
        Services services = new Services(
                configuration,
                Clock.systemUTC(),
                LogContext.carrying(pool),
                scheduler,
                stores,
                listeners,
                executors,
                () -> Optional.ofNullable(custodian),
                endings,
                admission,
                new ProjectPaths(List.of(Path.of(configuration.settings().get(ServerSettings.DATA_DIR)))));
        projects = new ProjectUseCases(services);
        executions = new RunUseCases(services, projects);
        recovery = new Recovery(services, projects.roster());
        DiskWatch disk = new DiskWatch(admission, projects.roster());
        scheduler.scheduleWithFixedDelay(
                () -> {
                    if (disk.isNeeded()) {
                        later(disk::check);
                    }
                },
                DISK_MILLIS,
                DISK_MILLIS,
                TimeUnit.MILLISECONDS);
        this.context = context;
        context.addBundleListener(whenServerStops);
        registration = configuration.onChange(settings -> {
            refreshStores();
            later(admission::serveWaiters);
        });
        registrations = List.of(
                context.registerService(ProjectService.class, projects, null),
                context.registerService(ExecutionService.class, executions, null),
                context.registerService(
                        HealthCheck.class, new StoreCheck("project registry", this::hasProjects), named("registry")),
                context.registerService(
                        HealthCheck.class, new StoreCheck("message log", stores::hasLog), named("log")));
    }

    /** Loading many projects takes a while: a server that said it was ready before would refuse what clients then ask. */
    private boolean hasProjects() {
        return stores.hasRegistry() && projects.roster().isOpen();
    }

    /** The first thing of an orderly stop, while everything is still there: later nobody says what goes before what. */
    private void serverStops(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            endWork();
        }
    }

    private void endWork() {
        admission.close();
        Duration bound = configuration.settings().get(ServerSettings.SHUTDOWN);
        switch (configuration.settings().get(ServerSettings.SHUTDOWN_AGENTS)) {
            case KEEP -> Shutdown.keepRuns(projects.roster(), bound);
            case STOP -> Shutdown.endRuns(projects.roster(), executions, bound);
        }
        Shutdown.endIdleAgents(projects.roster(), executors, endings);
    }

    private static Dictionary<String, Object> named(String check) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(HealthCheck.NAME, check);
        return properties;
    }

    private void refreshStores() {
        later(stores::refresh);
    }

    private void later(Runnable change) {
        try {
            changes.execute(change);
        } catch (RejectedExecutionException e) {
            LOG.debug("a change comes too late, this is being stopped");
        }
    }

    /** Whatever goes wrong here is tried again, and keeps no project closed that could be opened. */
    private void storesOpened() {
        Roster roster = projects.roster();
        try {
            roster.load();
        } catch (RuntimeException e) {
            LOG.error("the projects cannot be loaded; trying again", e);
            again(this::storesOpenedAgain);
            return;
        }
        loaded.set(true);
        recovery.resume();
        recoverOnce();
        roster.open();
    }

    /** If a store is away by now, its return is another opening. */
    private void storesOpenedAgain() {
        if (stores.hasRegistry() && stores.hasLog()) {
            storesOpened();
        }
    }

    private void again(Runnable change) {
        if (!scheduler.isShutdown()) {
            scheduler.schedule(() -> later(change), OPEN_AGAIN_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void storeMissing() {
        again(stores::refresh);
    }

    private void recoverOnce() {
        ProcessCustodian present = custodian;
        if (present == null || !loaded.get()) {
            return;
        }
        try {
            recovery.run(present);
        } catch (RuntimeException e) {
            LOG.error("what an earlier server left behind cannot be looked after; trying again", e);
            again(this::recoverOnce);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addProjectStore(ProjectStoreProvider provider, Map<String, ?> properties) {
        projectStores.add(provider, properties);
        refreshStores();
    }

    void removeProjectStore(ProjectStoreProvider provider) {
        projectStores.remove(provider);
        refreshStores();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addMessageLog(MessageLogProvider provider, Map<String, ?> properties) {
        messageLogs.add(provider, properties);
        refreshStores();
    }

    void removeMessageLog(MessageLogProvider provider) {
        messageLogs.remove(provider);
        refreshStores();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addExecutor(AgentExecutor executor, Map<String, ?> properties) {
        executors.add(executor, properties);
        tellActors(actor -> {
            actor.run().ifPresent(Run::adoptIfPossible);
            actor.queue().next();
        });
    }

    void removeExecutor(AgentExecutor executor) {
        executors.remove(executor);
        tellActors(actor -> actor.run().ifPresent(run -> run.executorLeft(executor)));
    }

    private void tellActors(Consumer<ProjectActor> news) {
        try {
            for (ProjectActor actor : projects.roster().all()) {
                actor.execute(() -> news.accept(actor));
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("this is being stopped, and its runs have been seen to");
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setCustodian(ProcessCustodian present) {
        custodian = present;
        later(this::recoverOnce);
        tellActors(actor -> actor.run().ifPresent(Run::adoptIfPossible));
    }

    void unsetCustodian(ProcessCustodian gone) {
        if (custodian == gone) {
            custodian = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addListener(ExecutionListener listener) {
        listeners.add(listener);
    }

    void removeListener(ExecutionListener listener) {
        listeners.remove(listener);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addProjectListener(ProjectListener listener) {
        listeners.addProjectListener(listener);
    }

    void removeProjectListener(ProjectListener listener) {
        listeners.removeProjectListener(listener);
    }

    @Override
    public void collect(MetricSink sink) {
        List<ProjectStatus> present =
                projects.roster().all().stream().map(ProjectActor::status).toList();
        new ExecutionFigures(admission, present).collect(sink);
    }

    /** Takes no more work, ends what runs, closes the stores; within a bound. */
    @Deactivate
    void deactivate() {
        registration.close();
        registrations.forEach(ServiceRegistration::unregister);
        context.removeBundleListener(whenServerStops);
        try {
            endWork();
            scheduler.shutdownNow();
            pool.shutdown();
            if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("tasks were still running after {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stores.close();
        }
    }
}
