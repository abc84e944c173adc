package dev.switchboard.config.internal;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ConfigurationEditor;
import dev.switchboard.config.ServerSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.felix.hc.api.HealthCheck;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.MetaTypeProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the configuration into the service registry as soon as it is known. It registers services by hand, because
 * whether and when they exist depends on what ConfigAdmin hands over.
 */
@Component(
        immediate = true,
        service = {})
public final class ConfigurationComponent {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationComponent.class);
    /** Far longer than File Install takes on a busy machine, and shorter than the launcher waits for a start. */
    private static final long PATIENCE_SECONDS = 60;

    private final BundleContext context;
    private final ScheduledThreadPoolExecutor worker =
            new ScheduledThreadPoolExecutor(1, new NamedThreads("switchboard-config"));
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<ServiceRegistration<?>> registrations = new ArrayDeque<>();
    private final ConfigurationEditor editor;
    private boolean closed;

    @Activate
    public ConfigurationComponent(BundleContext context) {
        this(
                context,
                System.getenv(),
                new DataDirectory(Path.of(System.getProperty("user.home"))),
                // Not System.err, which a console or a logging framework may have replaced; and halt, because exit
                // would
                // wait for Karaf's shutdown hook, which waits for the thread that this runs on.
                new StartRefusal(
                        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                        Runtime.getRuntime()::halt,
                        System.getProperties()));
    }

    ConfigurationComponent(
            BundleContext context, Map<String, String> variables, DataDirectory directory, StartRefusal refusal) {
        this.context = context;
        Optional<Path> etc = Optional.ofNullable(context.getProperty("switchboard.etc"))
                .or(() -> Optional.ofNullable(context.getProperty("karaf.etc")))
                .map(Path::of);
        SettingsResolver resolver = new SettingsResolver(Environment.of(variables), directory);
        ConfigurationLoader loader =
                new ConfigurationLoader(new ConfigurationFile(etc), resolver, directory, refusal, this::publish);
        editor = new FileEditor(this::admin, resolver, loader);
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        worker.schedule(loader::giveUp, PATIENCE_SECONDS, TimeUnit.SECONDS);
        register(MetaTypeProvider.class, new ServerMetaType(), Map.of("metatype.pid", ServerSettings.PID));
        register(ManagedService.class, loader, Map.of(Constants.SERVICE_PID, ServerSettings.PID));
    }

    @Deactivate
    void deactivate() {
        List<ServiceRegistration<?>> present;
        lock.lock();
        try {
            closed = true;
            present = List.copyOf(registrations);
        } finally {
            lock.unlock();
        }
        present.forEach(ServiceRegistration::unregister);
        worker.shutdown();
    }

    /** On a thread of its own: registering starts whoever waited for it, and ConfigAdmin's thread serves others too. */
    private void publish(LiveConfiguration configuration) {
        try {
            worker.execute(() -> {
                register(
                        HealthCheck.class,
                        new ConfigurationHealthCheck(configuration),
                        Map.of(HealthCheck.NAME, "configuration", HealthCheck.TAGS, "switchboard"));
                register(ConfigurationEditor.class, editor, Map.of());
                register(Configuration.class, configuration, Map.of());
            });
            worker.shutdown();
        } catch (RejectedExecutionException e) {
            LOG.debug("the configuration came when it was no longer wanted");
        }
    }

    /** Looked up at each edit, which are few. */
    private Optional<ConfigurationAdmin> admin() {
        return Optional.ofNullable(context.getServiceReference(ConfigurationAdmin.class))
                .map(context::getService);
    }

    /** Outside of the lock, for others' code runs meanwhile. */
    private <S> void register(Class<S> type, S service, Map<String, ?> properties) {
        ServiceRegistration<S> registration = context.registerService(type, service, new Hashtable<>(properties));
        boolean late;
        lock.lock();
        try {
            late = closed;
            if (!late) {
                // The newest first: the configuration goes before what tells of it.
                registrations.addFirst(registration);
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            registration.unregister();
        }
    }
}
