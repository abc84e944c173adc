package dev.switchboard.messagelog.file.internal;

import dev.switchboard.health.CheckFigures;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether what happens can be recorded. */
@Component(service = HealthCheck.class, property = HealthCheck.NAME + "=log_writer")
public final class WriterHealth implements HealthCheck, CheckFigures {
    private final FileMessageLogProvider provider;

    @Activate
    public WriterHealth(@Reference FileMessageLogProvider provider) {
        this.provider = provider;
    }

    @Override
    public Result execute() {
        int projects = provider.unwritable().size();
        return projects == 0
                ? new Result(Result.Status.OK, "every record was written")
                : new Result(
                        Result.Status.CRITICAL,
                        "records of " + projects
                                + " projects cannot be written, so their runs wait; it is tried again. Is the disk full, and can"
                                + " the server write in the projects' directories?");
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>(); // always in this order
        figures.put("projects_failing", provider.unwritable().size());
        figures.put("append_failures", provider.figures().failures());
        return figures;
    }
}
