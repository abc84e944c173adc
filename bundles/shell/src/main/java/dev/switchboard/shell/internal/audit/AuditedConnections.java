package dev.switchboard.shell.internal.audit;

import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.connection.ConnectionStatus;
import dev.switchboard.connection.TrafficStatus;
import dev.switchboard.error.ErrorCode;
import java.util.List;

/** Records who closes others' connections. */
record AuditedConnections(ConnectionRegistry service, ShellAudit audit) implements ConnectionRegistry {
    @Override
    public List<ConnectionStatus> list() {
        return service.list();
    }

    @Override
    public boolean close(String id) {
        return audit.call(
                audit.entry("connection_close").with("connection", id),
                () -> service.close(id),
                (entry, done) -> done ? entry : entry.failed(ErrorCode.VALIDATION_FAILED));
    }

    @Override
    public TrafficStatus traffic() {
        return service.traffic();
    }
}
