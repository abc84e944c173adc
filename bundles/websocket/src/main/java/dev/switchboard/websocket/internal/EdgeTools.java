package dev.switchboard.websocket.internal;

import dev.switchboard.config.Configuration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What every connection needs.
 *
 * @param completions runs the callbacks of sends, never in the thread that hands them over
 * @param nanoTime the monotonic clock
 */
record EdgeTools(
        Configuration configuration,
        Executor completions,
        Connections connections,
        EdgeFigures figures,
        LongSupplier nanoTime,
        WireWriter writer) {}
