package dev.switchboard.messagelog.file.internal;

import dev.switchboard.health.CheckFigures;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** How long messages are kept, what was removed since the server started, and whether something cannot be. */
@Component(service = HealthCheck.class, property = HealthCheck.NAME + "=retention")
public final class RetentionHealth implements HealthCheck, CheckFigures {
    private final FileMessageLogProvider provider;

    @Activate
    public RetentionHealth(@Reference FileMessageLogProvider provider) {
        this.provider = provider;
    }

    @Override
    public Result execute() {
        int stuck = provider.figures().stuck();
        return stuck == 0
                ? new Result(
                        Result.Status.OK,
                        provider.policy().removesAny() ? "old segments are removed" : "everything is kept")
                : new Result(
                        Result.Status.WARN,
                        "segments of " + stuck
                                + " logs are past their time and cannot be deleted; it is tried again every"
                                + " minute. Can the server write in their directories?");
    }

    @Override
    public Map<String, Object> figures() {
        LogPolicy policy = provider.policy();
        LogFigures counted = provider.figures();
        Map<String, Object> figures = new LinkedHashMap<>(); // always in this order
        figures.put("retain_days", policy.retainDays());
        figures.put("retain_bytes", policy.retainBytes());
        figures.put("segments_removed", counted.removedSegments());
        figures.put("removed_bytes", counted.removedBytes());
        return figures;
    }
}
