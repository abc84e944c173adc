package dev.switchboard.health.internal;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BooleanSupplier;
import org.apache.felix.hc.api.HealthCheck;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Samples in the background and answers from the last sample. */
@Component(immediate = true, service = HealthMonitor.class)
public final class BackgroundHealthMonitor implements HealthMonitor {
    private final Sampler sampler;

    @Activate
    public BackgroundHealthMonitor(
            @Reference Configuration configuration, @Reference CoreServices services, BundleContext context) {
        this(new Sampler(
                probes(configuration, services),
                Clock.systemUTC(),
                new ScheduledThreadPoolExecutor(1, new NamedThreads("switchboard-health-timer")),
                isStopping(context.getBundle(Constants.SYSTEM_BUNDLE_ID))));
        sampler.soon();
    }

    BackgroundHealthMonitor(Sampler sampler) {
        this.sampler = sampler;
    }

    @Deactivate
    void deactivate() {
        sampler.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addCheck(HealthCheck check, Map<String, Object> properties) {
        Object name = properties.get(HealthCheck.NAME);
        Object id = properties.get(Constants.SERVICE_ID);
        int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer rank ? rank : 0;
        sampler.add(id, ranking, new FelixProbe(name == null ? "check_" + id : name.toString(), check));
    }

    void removeCheck(HealthCheck check, Map<String, Object> properties) {
        sampler.remove(properties.get(Constants.SERVICE_ID));
    }

    @Override
    public HealthReport report() {
        return sampler.report();
    }

    @Override
    public boolean ready() {
        return sampler.report().status() != HealthStatus.UNHEALTHY;
    }

    private static BooleanSupplier isStopping(Bundle framework) {
        return () -> framework.getState() == Bundle.STOPPING;
    }

    private static List<Probe> probes(Configuration configuration, CoreServices services) {
        Machine machine = new JvmMachine();
        Path data = Path.of(configuration.settings().get(ServerSettings.DATA_DIR));
        List<Probe> probes = new ArrayList<>();
        probes.add(new CpuProbe(machine, System::nanoTime));
        probes.add(new MemoryProbe(machine));
        probes.add(new DiskProbe(
                data, DiskProbe.Disk::measured, () -> configuration.settings().get(ServerSettings.DISK_RESERVE_BYTES)));
        probes.add(new ClaudeProbe(() -> configuration.settings().get(ServerSettings.CLAUDE_PATH), services::executor));
        probes.add(new ExecutorProbe(
                () -> configuration.settings().get(ServerSettings.EXECUTOR_DEFAULT), services::executor));
        probes.addAll(services.probes(() -> configuration.settings().get(ServerSettings.AUTH_MODE) == AuthMode.TOKEN));
        return probes;
    }
}
