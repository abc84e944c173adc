package dev.switchboard.project;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of project store, registered as a service with the property {@value #NAME}. The server opens the one that the
 * configuration key {@code store} names; of several with one name the highest ranking. On a change it closes the old
 * registry before it opens the new one, so two never hold the same data.
 */
@ConsumerType
public interface ProjectStoreProvider {
    /** The service property that names the kind: {@code file}, {@code postgresql}. */
    String NAME = "store.name";

    /**
     * Opens the store, taking whatever lock keeps others out. Damaged entries do not fail it: they are recovered or
     * quarantined, and reported.
     *
     * <p>When the service goes, the server closes what it opened within seconds; what it did not close by then, the provider
     * closes itself.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code STORAGE_UNAVAILABLE} if it cannot be opened; the
     *         message says why. The caller may try again later.
     */
    ProjectRegistry open();
}
