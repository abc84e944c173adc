package dev.switchboard.message;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of message log, registered as a service with the property {@value #NAME}. The server opens the one that the
 * configuration key {@code store} names; of several with one name the highest ranking. On a change it closes the old log
 * before it opens the new one, so two never hold the same data.
 */
@ConsumerType
public interface MessageLogProvider {
    /** The service property that names the kind: {@code file}, {@code postgresql}. */
    String NAME = "store.name";

    /**
     * Opens the log, taking whatever lock keeps others out, and repairs what a crash left behind. What it costs does not
     * depend on how much history there is.
     *
     * <p>When the service goes, the server closes what it opened within seconds; what it did not close by then, the provider
     * closes itself.
     *
     * @throws dev.switchboard.error.SwitchboardException {@code STORAGE_UNAVAILABLE} if it cannot be opened; the
     *         message says why. The caller may try again later.
     */
    MessageLog open();
}
