package dev.switchboard.shell.internal;

import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.project.ProjectId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes a command when something happens on its project. It keeps no records: those are read from the log, so a command
 * whose reader is slow costs no memory and misses nothing.
 */
public final class ProjectWatch implements ExecutionListener {
    private final ProjectId project;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<ExecutionId, ExecutionEvent.Ended> ends = new HashMap<>();
    /** Of runs that were queued: the first record, or nothing if they will not begin. */
    private final Map<ExecutionId, OptionalLong> begins = new HashMap<>();

    private Optional<ExecutionId> run = Optional.empty();
    private OptionalLong restart = OptionalLong.empty();
    private boolean deleted;
    private long events;

    public ProjectWatch(ProjectId project) {
        this.project = project;
    }

    @Override
    public void on(ExecutionEvent event) {
        if (!event.project().equals(project)) {
            return;
        }
        lock.lock();
        try {
            if (event instanceof ExecutionEvent.Ended ended) {
                keep(ends, ended.execution().id(), ended);
            } else if (event instanceof ExecutionEvent.Started started) {
                Execution begun = started.execution();
                keep(begins, begun.id(), OptionalLong.of(begun.firstSeq()));
            } else if (event instanceof ExecutionEvent.Cancelled cancelled) {
                keep(begins, cancelled.execution().id(), OptionalLong.empty());
            } else if (event instanceof ExecutionEvent.LogReplaced replaced) {
                restart = OptionalLong.of(replaced.status().log().lastSeq());
            } else if (event instanceof ExecutionEvent.Deleted) {
                deleted = true;
            }
            events++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> void keep(Map<ExecutionId, T> known, ExecutionId id, T what) {
        if (run.map(id::equals).orElse(true)) {
            known.put(id, what);
        }
    }

    /** Only this run matters from now on; what it has come to may be known already. */
    public void only(ExecutionId id) {
        lock.lock();
        try {
            run = Optional.of(id);
            ends.keySet().retainAll(run.stream().toList());
            begins.keySet().retainAll(run.stream().toList());
        } finally {
            lock.unlock();
        }
    }

    /** The end of a run, once it has come. */
    public Optional<ExecutionEvent.Ended> end(ExecutionId id) {
        lock.lock();
        try {
            return Optional.ofNullable(ends.get(id));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a run that is queued to begin, or for a bounded time.
     *
     * @return nothing if nothing has become of it yet; its first record; inside that nothing if it will not begin
     */
    public Optional<OptionalLong> awaitBegin(ExecutionId id, Duration bound) throws InterruptedException {
        long left = bound.toNanos();
        lock.lockInterruptibly();
        try {
            while (!begins.containsKey(id) && !deleted && left > 0) {
                left = changed.awaitNanos(left);
            }
            return deleted ? Optional.of(OptionalLong.empty()) : Optional.ofNullable(begins.get(id));
        } finally {
            lock.unlock();
        }
    }

    /** Behind which place the project's new log begins, once after it was replaced. */
    OptionalLong takeRestart() {
        lock.lock();
        try {
            OptionalLong taken = restart;
            restart = OptionalLong.empty();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the project is gone. */
    boolean isDeleted() {
        lock.lock();
        try {
            return deleted;
        } finally {
            lock.unlock();
        }
    }

    /** How many events there have been; for {@link #awaitBeyond}. */
    long events() {
        lock.lock();
        try {
            return events;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when there have been more events than these, or after the bound. */
    void awaitBeyond(long seen, Duration bound) throws InterruptedException {
        long left = bound.toNanos();
        lock.lockInterruptibly();
        try {
            while (events <= seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
