package dev.switchboard.metrics;

import org.osgi.annotation.versioning.ConsumerType;

/** A bundle's figures, registered as a service (whiteboard). */
@ConsumerType
@FunctionalInterface
public interface MetricSource {
    /**
     * Writes the present figures into the sink. Called on a thread of the server at each scrape, by several at once; must
     * return within milliseconds and not wait for anything. If it throws, the scrape goes on without this source's figures.
     */
    void collect(MetricSink sink);
}
