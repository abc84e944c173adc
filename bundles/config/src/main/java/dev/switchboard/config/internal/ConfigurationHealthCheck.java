package dev.switchboard.config.internal;

import java.util.List;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;

/** Tells of what is wrong in the configuration and needs somebody's attention. */
final class ConfigurationHealthCheck implements HealthCheck {
    private final LiveConfiguration configuration;

    ConfigurationHealthCheck(LiveConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public Result execute() {
        List<String> harm = configuration.harm();
        if (harm.isEmpty()) {
            return new Result(Result.Status.OK, "every key holds as it is written");
        }
        FormattingResultLog log = new FormattingResultLog();
        harm.forEach(problem -> log.warn("{}", problem));
        return new Result(log);
    }
}
