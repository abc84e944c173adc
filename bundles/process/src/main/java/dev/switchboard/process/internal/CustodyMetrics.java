package dev.switchboard.process.internal;

import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import dev.switchboard.process.CustodyCounts;
import dev.switchboard.process.ProcessCustodian;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Custody's figures. */
@Component
public final class CustodyMetrics implements MetricSource {
    private final ProcessCustodian custodian;

    @Activate
    public CustodyMetrics(@Reference ProcessCustodian custodian) {
        this.custodian = custodian;
    }

    @Override
    public void collect(MetricSink sink) {
        CustodyCounts counts = custodian.counts();
        sink.counter("agents_launched_total", "Agents launched.", Map.of(), counts.launched());
        sink.gauge("agents_living", "Agents that are alive.", Map.of(), counts.living());
        sink.counter(
                "agent_processes_killed_total",
                "Processes ended by terminations and sweeps.",
                Map.of(),
                counts.killed());
        sink.counter(
                "agent_processes_surviving_total",
                "Processes that were still there at a termination's deadline.",
                Map.of(),
                counts.survivors());
    }
}
