package dev.switchboard.cleanup.internal;

import dev.switchboard.cleanup.Cleanup;
import dev.switchboard.cleanup.CleanupRun;
import dev.switchboard.health.CheckFigures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether the last cleanup did what it is for, and what it came to. */
@Component(service = HealthCheck.class, property = HealthCheck.NAME + "=cleanup")
public final class CleanupHealth implements HealthCheck, CheckFigures {
    private final Cleanup cleanup;

    @Activate
    public CleanupHealth(@Reference Cleanup cleanup) {
        this.cleanup = cleanup;
    }

    @Override
    public Result execute() {
        return cleanup.last()
                .filter(run -> !run.failures().isEmpty())
                .map(run -> new Result(
                        Result.Status.WARN,
                        "the last cleanup of "
                                + String.join(", ", run.failures().keySet())
                                + " failed; the server's log says why. The shell command cleanup tries it again."))
                .orElseGet(() -> new Result(Result.Status.OK, "nothing failed"));
    }

    @Override
    public Map<String, Object> figures() {
        Optional<CleanupRun> last = cleanup.last();
        Map<String, Object> figures = new LinkedHashMap<>(); // always in this order
        last.ifPresent(run -> figures.put("last_run", run.at().toString()));
        figures.put("removed", last.map(CleanupRun::removed).orElse(0));
        figures.put("left", last.map(CleanupRun::left).orElse(0));
        return figures;
    }
}
