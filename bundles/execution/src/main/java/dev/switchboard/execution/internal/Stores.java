package dev.switchboard.execution.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.project.ProjectStoreProvider;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open stores. Everybody uses them through here, one call at a time, so that a change of provider has a moment in which
 * nobody is inside: the old store is closed (flushed, its lock released) before the new one is opened.
 */
final class Stores implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stores.class);
    private static final long RETRY_AFTER_MS = 1000;

    private final Ranked<ProjectStoreProvider> registries;
    private final Ranked<MessageLogProvider> logs;
    private final Supplier<String> selected;
    private final Runnable opened;
    private final Runnable failed;
    private final Slot<ProjectStoreProvider, ProjectRegistry> registry = new Slot<>("project registry");
    private final Slot<MessageLogProvider, MessageLog> log = new Slot<>("message log");
    private final ReentrantLock changes = new ReentrantLock();
    private boolean closed;

    /**
     * @param selected the configured store's name
     * @param opened called after both stores have been opened, on the thread that caused it
     * @param failed called after a store could not be opened, so that it is tried again after a while
     */
    Stores(
            Ranked<ProjectStoreProvider> registries,
            Ranked<MessageLogProvider> logs,
            Supplier<String> selected,
            Runnable opened,
            Runnable failed) {
        this.registries = registries;
        this.logs = logs;
        this.selected = selected;
        this.opened = opened;
        this.failed = failed;
    }

    /** Uses the registry; fails with {@code STORAGE_UNAVAILABLE} while there is none. */
    <R> R registry(Function<ProjectRegistry, R> use) {
        return registry.use(use);
    }

    /** Uses the log; fails with {@code STORAGE_UNAVAILABLE} while there is none. */
    <R> R log(Function<MessageLog, R> use) {
        return log.use(use);
    }

    boolean hasRegistry() {
        return registry.isOpen();
    }

    boolean hasLog() {
        return log.isOpen();
    }

    /** Opens, changes or closes stores so that they are those that are selected and installed now. */
    void refresh() {
        boolean changed;
        boolean missing;
        changes.lock();
        try {
            if (closed) {
                return;
            }
            String name = selected.get();
            changed = registry.become(registries.best(name).orElse(null), ProjectStoreProvider::open);
            changed |= log.become(logs.best(name).orElse(null), MessageLogProvider::open);
            changed &= registry.isOpen() && log.isOpen();
            missing = registry.isMissing() || log.isMissing();
        } finally {
            changes.unlock();
        }
        if (changed) {
            opened.run();
        }
        if (missing) {
            failed.run();
        }
    }

    @Override
    public void close() {
        changes.lock();
        try {
            closed = true;
            registry.become(null, ProjectStoreProvider::open);
            log.become(null, MessageLogProvider::open);
        } finally {
            changes.unlock();
        }
    }

    /** The error that says that a store is not there. */
    static SwitchboardException unavailable(String what) {
        return new SwitchboardException(
                ErrorCode.STORAGE_UNAVAILABLE,
                "the " + what + " is not available just now; it may be being replaced: try again",
                Map.of("service", what, "retry_after_ms", RETRY_AFTER_MS));
    }

    /** One store, and the provider that it came from. */
    private static final class Slot<P, S extends AutoCloseable> {
        private final String what;
        /** Fair, so that a change of store gets its turn however many calls keep coming. */
        private final ReentrantReadWriteLock barrier = new ReentrantReadWriteLock(true);

        private P provider;
        private S store;
        /** Why it was last said that the store cannot be opened; it is tried several times a second. */
        private String complaint;

        Slot(String what) {
            this.what = what;
        }

        <R> R use(Function<S, R> use) {
            barrier.readLock().lock();
            try {
                if (store == null) {
                    throw unavailable(what);
                }
                return use.apply(store);
            } finally {
                barrier.readLock().unlock();
            }
        }

        boolean isOpen() {
            barrier.readLock().lock();
            try {
                return store != null;
            } finally {
                barrier.readLock().unlock();
            }
        }

        /** Whether there is a provider whose store could not be opened. */
        boolean isMissing() {
            barrier.readLock().lock();
            try {
                return provider != null && store == null;
            } finally {
                barrier.readLock().unlock();
            }
        }

        /** Returns whether the store is another one than before. A provider that failed to open is tried again. */
        boolean become(P wanted, Function<P, S> open) {
            barrier.writeLock().lock();
            try {
                if (wanted == provider && (wanted == null || store != null)) {
                    return false;
                }
                close();
                complaint = wanted == provider ? complaint : null;
                provider = wanted;
                store = Optional.ofNullable(wanted).map(open).orElse(null);
                complaint = null;
                LOG.info("{}: {}", what, store == null ? "closed" : "open");
                return true;
            } catch (RuntimeException e) {
                if (!Objects.equals(complaint, e.getMessage())) {
                    LOG.error("{} cannot be opened: {}", what, e.getMessage(), e);
                }
                complaint = e.getMessage();
                return false;
            } finally {
                barrier.writeLock().unlock();
            }
        }

        private void close() {
            if (store == null) {
                return;
            }
            try {
                store.close();
            } catch (Exception e) {
                LOG.error("{} could not be closed cleanly", what, e);
            }
            store = null;
        }
    }
}
