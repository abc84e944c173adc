package dev.switchboard.gateway.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.gateway.internal.output.Outgoing;
import dev.switchboard.gateway.internal.output.OutputRuntime;
import dev.switchboard.gateway.internal.output.Traffic;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** What all sessions share. */
record Core(
        Services services,
        Access access,
        Router router,
        Registry registry,
        ConnectionLimits limits,
        OutputRuntime output,
        Traffic traffic,
        Executor pool,
        LongSupplier nanoTime) {
    /** A message as it waits to be sent. */
    Outgoing outgoing(Content text) {
        return Outgoing.of(text, services.settings().get(ServerSettings.LIMITS_QUEUE_BYTES));
    }
}
