package dev.switchboard.websocket.internal;

import dev.switchboard.config.Configuration;
import java.util.function.LongSupplier;

/**
 * What every connection needs.
 *
 * @param nanoTime the monotonic clock
 */
record EdgeTools(
        Configuration configuration,
        Connections connections,
        EdgeFigures figures,
        LongSupplier nanoTime,
        WireWriter writer) {}
