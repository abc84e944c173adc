package dev.switchboard.metrics.internal;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What Micrometer measures of the Java machine and its process. Listens to collections of garbage until it is closed. */
final class JavaMeters implements AutoCloseable {
    private final JvmGcMetrics collections = new JvmGcMetrics();

    JavaMeters(MeterRegistry registry) {
        registry.config().meterFilter(new PrometheusNames());
        new JvmInfoMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        FunctionCounter.builder("process.cpu", ProcessHandle.current(), JavaMeters::cpuSeconds)
                .description("The processor time that the server's process has used.")
                .baseUnit("seconds")
                .register(registry);
        collections.bindTo(registry);
    }

    private static double cpuSeconds(ProcessHandle process) {
        Duration used = process.info().totalCpuDuration().orElse(Duration.ZERO);
        return (double) used.toNanos() / TimeUnit.SECONDS.toNanos(1);
    }

    /** Names that are against the conventions of Prometheus, whose own checker complains of them. */
    private static final class PrometheusNames implements MeterFilter {
        @Override
        public Meter.Id map(Meter.Id id) {
            return id.getName().equals("system.cpu.count") ? id.withName("system.cpus") : id;
        }

        @Override
        public MeterFilterReply accept(Meter.Id id) {
            return id.getName().equals("process.cpu.time") ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
        }
    }

    @Override
    public void close() {
        collections.close();
    }
}
