package dev.switchboard.shell.internal;

import dev.switchboard.cleanup.Cleanup;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ConfigurationEditor;
import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.health.HealthMonitor;
import dev.switchboard.message.LogMaintenance;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.security.TokenRegistry;
import java.util.List;

/**
 * The server's services as one command finds them, looked up at each call: a command is there also while a service is not.
 * What is missing is answered with {@code SERVICE_UNAVAILABLE}. Used by one thread.
 */
public interface Services extends AutoCloseable {
    ProjectService projects();

    ExecutionService executions();

    TokenRegistry tokens();

    HealthMonitor health();

    Configuration configuration();

    ConnectionRegistry connections();

    ProcessCustodian custodian();

    /** What shows and edits the configuration's sources. */
    ConfigurationEditor editor();

    Cleanup cleanup();

    /** What checks and repairs the logs of the store that is configured. */
    LogMaintenance maintenance();

    /** All executors, those of one name together and the one that gets new runs first. */
    List<ExecutorEntry> executors();

    /** All kinds of store, by name. */
    List<StoreEntry> stores();

    /** The server's version. */
    String version();

    /** Has a listener told what happens until the registration is closed. */
    Registration listen(ExecutionListener listener);

    /** Gives back what was looked up. */
    @Override
    void close();

    /** A registration that ends when closed. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
