package dev.switchboard.execution.internal;

import dev.switchboard.concurrent.SerialExecutor;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.Setting;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.logging.LogContext;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.project.ProjectId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every project's actor shares.
 *
 * @param pool runs the actors' tasks
 * @param scheduler only hands tasks to actors when their time has come
 * @param custodian empty while custody is not installed
 * @param endings what a stop waits for
 * @param paths the rules for the directories that agents are given
 */
record Services(
        Configuration configuration,
        Clock clock,
        Executor pool,
        ScheduledExecutorService scheduler,
        Stores stores,
        Listeners listeners,
        Ranked<AgentExecutor> executors,
        Supplier<Optional<ProcessCustodian>> custodian,
        Endings endings,
        Admission admission,
        ProjectPaths paths) {
    private static final Logger LOG = LoggerFactory.getLogger(Services.class);

    /** Has an executor end a project's agent if that waits for another turn. */
    void forget(String executor, ProjectId project) {
        executors.best(executor).ifPresent(present -> endings.add(present.forget(project)));
    }

    /** The present value of a setting. */
    <T> T setting(Setting<T> setting) {
        return configuration.settings().get(setting);
    }

    /** A queue for one key; what its tasks throw is logged. */
    SerialExecutor serial(String owner) {
        return serial(owner, UnaryOperator.identity());
    }

    /**
     * A queue for one key; what its tasks throw is logged.
     *
     * @param context adds what is known of a task to what its log lines tell
     */
    SerialExecutor serial(String owner, UnaryOperator<LogContext> context) {
        return new SerialExecutor(pool, failure -> LOG.error("task of {} failed", owner, failure), context);
    }

    /** Has a task handed to an executor after a while. */
    Future<?> after(Duration delay, Executor target, Runnable task) {
        Runnable hand = LogContext.carry(() -> target.execute(task));
        return scheduler.schedule(hand, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
