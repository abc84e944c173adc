package dev.switchboard.audit;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps records of who did what. While there is none, nothing is recorded, and what people do goes on: health tells of it.
 *
 * <p>Safe for use by many threads.
 */
@ProviderType
public interface AuditLog {
    /**
     * Hands a record over, with the present time, and the session and request of {@link dev.switchboard.logging.LogContext}.
     * Never waits for a disk and never throws, for it is called by threads that serve sockets; a record that cannot be kept is
     * counted, and health tells of it.
     */
    void record(AuditRecord entry);
}
