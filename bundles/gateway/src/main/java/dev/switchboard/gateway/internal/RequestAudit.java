package dev.switchboard.gateway.internal;

import dev.switchboard.audit.AuditRecord;
import dev.switchboard.error.ErrorCode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** What the audit log is to know of one request, told once: with the first reply, or with the error. */
final class RequestAudit {
    private final Services services;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile AuditRecord entry;

    /** @param entry what is known of the request before it is handled */
    RequestAudit(Services services, AuditRecord entry) {
        this.services = services;
        this.entry = entry;
    }

    /** More is known. */
    void add(UnaryOperator<AuditRecord> more) {
        entry = more.apply(entry);
    }

    void succeeded() {
        if (told.compareAndSet(false, true)) {
            services.audit(entry);
        }
    }

    void failed(ErrorCode why) {
        if (told.compareAndSet(false, true)) {
            services.audit(entry.failed(why));
        }
    }
}
