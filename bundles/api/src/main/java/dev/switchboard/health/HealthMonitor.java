package dev.switchboard.health;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Samples every registered check now and then, in the background. Checks are services of the Felix Health Check API
 * ({@code org.apache.felix.hc.api.HealthCheck}) with the property {@code hc.name}.
 */
@ProviderType
public interface HealthMonitor {
    /** The last sample. Never blocks and never runs a check. */
    HealthReport report();

    /** Whether clients can be served: socket, registry and log are there. What else is missing only degrades. */
    boolean ready();
}
