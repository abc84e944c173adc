package dev.switchboard.execution.internal;

import java.util.function.BooleanSupplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;

/** Whether a store is open. */
record StoreCheck(String what, BooleanSupplier open) implements HealthCheck {
    @Override
    public Result execute() {
        return open.getAsBoolean()
                ? new Result(Result.Status.OK, what + " is open")
                : new Result(
                        Result.Status.CRITICAL,
                        "no " + what + " is open; is the store's bundle installed and started?");
    }
}
