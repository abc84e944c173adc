package dev.switchboard.process.internal;

import dev.switchboard.health.CheckFigures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether agents can be kept as the configuration wants it, and whether all that ended are gone. */
@Component(service = HealthCheck.class, property = HealthCheck.NAME + "=custody")
public final class CustodyHealth implements HealthCheck, CheckFigures {
    private final DetachedProcessCustodian custodian;

    @Activate
    public CustodyHealth(@Reference DetachedProcessCustodian custodian) {
        this.custodian = custodian;
    }

    @Override
    public Result execute() {
        Optional<String> refusal = custodian.isolation().refusal();
        if (refusal.isPresent()) {
            return new Result(Result.Status.CRITICAL, refusal.get());
        }
        int survivors = custodian.survivors();
        return survivors == 0
                ? new Result(
                        Result.Status.OK,
                        "new agents' namespaces: " + custodian.isolation().label())
                : new Result(
                        Result.Status.WARN,
                        survivors
                                + " processes of ended agents survive SIGKILL; it is sent again every second. Processes that"
                                + " wait for a disk or a network file system end only when that answers.");
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>(); // always in this order
        figures.put("survivors", custodian.survivors());
        figures.put("isolation", custodian.isolation().label());
        return figures;
    }
}
