package dev.switchboard.executor.claude.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.project.ProjectId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The processes that have had a turn and wait for the next one of the same conversation: at most one a project, a
 * bounded number in all, each for a bounded time. One that does not fit the next turn is ended; nothing is lost by that, for the
 * conversation is in the CLI's own files.
 *
 * <p>Safe for use by many threads.
 */
final class WarmProcesses {
    /** Less than this left, and a process is not kept: it takes up to 250 MB. */
    static final long MEMORY_RESERVE = 512L << 20;

    private final ClaudeRuntime runtime;
    private final Supplier<OptionalLong> availableMemory;
    private final ReentrantLock lock = new ReentrantLock();
    /** The one that has rested longest comes first. */
    private final Map<ProjectId, Entry> entries = new LinkedHashMap<>();

    /** A process for the next turn, and what it has to be told before the prompt. */
    record Taken(ClaudeProcess process, List<Content> before) {}

    private static final class Entry {
        private final ProjectId project;
        private final ClaudeProcess process;
        private final Setup setup;
        private final String session;
        private boolean busy;

        Entry(ProjectId project, ClaudeProcess process, Setup setup, String session) {
            this.project = project;
            this.process = process;
            this.setup = setup;
            this.session = session;
        }
    }

    WarmProcesses(ClaudeRuntime runtime, Supplier<OptionalLong> availableMemory) {
        this.runtime = runtime;
        this.availableMemory = availableMemory;
    }

    /**
     * Keeps a process whose turn is over, if that is wanted; it is idle from then on.
     *
     * @param standby who watches the process meanwhile
     * @param offset behind the line that ended its turn
     * @return whether it was kept
     */
    boolean keep(Standby standby, long offset) {
        ProjectId project = standby.project();
        ClaudeProcess process = standby.process();
        Duration time = runtime.settings().get(ServerSettings.CLAUDE_WARM);
        int most = runtime.settings().get(ServerSettings.CLAUDE_WARM_PROCESSES);
        boolean room = availableMemory.get().orElse(Long.MAX_VALUE) >= MEMORY_RESERVE;
        if (time.isZero() || most == 0 || !room || !process.usable()) {
            return false;
        }
        Entry entry = new Entry(project, process, standby.setup(), standby.session());
        List<Entry> surplus = new ArrayList<>();
        lock.lock();
        try {
            Entry before = entries.remove(project);
            if (before != null && before.process != process) {
                surplus.add(before);
            }
            entries.put(project, entry);
            process.rest(offset);
            process.handTo(standby);
            surplus.addAll(removeSurplus(most));
        } finally {
            lock.unlock();
        }
        surplus.forEach(each -> each.process.finish());
        runtime.later(time, () -> expire(entry));
        return true;
    }

    private List<Entry> removeSurplus(int most) {
        List<Entry> removed = new ArrayList<>();
        Iterator<Entry> oldest = entries.values().iterator();
        while (entries.size() > most && oldest.hasNext()) {
            Entry entry = oldest.next();
            if (!entry.busy) {
                oldest.remove();
                removed.add(entry);
            }
        }
        return removed;
    }

    private void expire(Entry entry) {
        if (remove(entry)) {
            entry.process.finish();
        }
    }

    private boolean remove(Entry entry) {
        lock.lock();
        try {
            return !entry.busy && entries.remove(entry.project, entry);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The project's process, if it fits this turn; one that does not is ended.
     *
     * @param taken called with the process before anybody else can have it
     * @throws SwitchboardException {@code PROCESS_ACTIVE} if it has just begun a turn by itself
     */
    Optional<Taken> take(PreparedLaunch prepared, Consumer<ClaudeProcess> taken) {
        AgentLaunch launch = prepared.launch();
        Optional<Setup> wanted = Setup.of(prepared);
        Entry entry;
        boolean fits;
        lock.lock();
        try {
            entry = entries.get(launch.project());
            if (entry == null) {
                return Optional.empty();
            }
            if (entry.busy) {
                throw new SwitchboardException(
                        ErrorCode.PROCESS_ACTIVE, "the agent has just begun a turn by itself; wait for its end");
            }
            entries.remove(launch.project());
            fits = entry.process.usable()
                    && !launch.session().fork()
                    && launch.session().sessionId().equals(Optional.of(entry.session))
                    && wanted.filter(entry.setup::serves).isPresent();
            if (fits) {
                taken.accept(entry.process);
            }
        } finally {
            lock.unlock();
        }
        if (!fits) {
            entry.process.finish();
            return Optional.empty();
        }
        return Optional.of(new Taken(entry.process, entry.setup.change(wanted.get())));
    }

    /** A process begins a turn by itself: nobody is given it. False if it was given to somebody, or is being ended. */
    boolean occupy(ProjectId project, ClaudeProcess process, Follower follower) {
        lock.lock();
        try {
            Entry entry = entries.get(project);
            if (entry == null || entry.process != process) {
                return false;
            }
            entry.busy = true;
            process.handTo(follower);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the project's process has begun a turn by itself. */
    boolean isOccupied(ProjectId project) {
        lock.lock();
        try {
            Entry entry = entries.get(project);
            return entry != null && entry.busy;
        } finally {
            lock.unlock();
        }
    }

    /** The process is not to be used any more. */
    void remove(ProjectId project, ClaudeProcess process) {
        lock.lock();
        try {
            Entry entry = entries.get(project);
            if (entry != null && entry.process == process) {
                entries.remove(project);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a process waits for this project, or has begun a turn by itself. */
    boolean has(ProjectId project) {
        lock.lock();
        try {
            return entries.containsKey(project);
        } finally {
            lock.unlock();
        }
    }

    /** How many processes wait. */
    int count() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }
}
