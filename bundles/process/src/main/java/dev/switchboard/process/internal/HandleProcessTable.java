package dev.switchboard.process.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What Java itself knows of processes, for machines without {@code /proc}: parents and start times, but neither
 * sessions nor environments. What has left the tree is not found this way.
 */
final class HandleProcessTable implements ProcessTable {
    @Override
    public Optional<ProcessEntry> find(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).map(HandleProcessTable::entry);
    }

    @Override
    public List<ProcessEntry> all() {
        return ProcessHandle.allProcesses().map(HandleProcessTable::entry).toList();
    }

    @Override
    public Optional<String> cookie(long pid) {
        return Optional.empty();
    }

    @Override
    public long newest() {
        return ProcessEntry.UNKNOWN;
    }

    @Override
    public boolean isOwnThread(long id) {
        return false;
    }

    @Override
    public boolean readsCookies() {
        return false;
    }

    private static ProcessEntry entry(ProcessHandle handle) {
        long parent = handle.parent().map(ProcessHandle::pid).orElse(ProcessEntry.UNKNOWN);
        String start = handle.info().startInstant().map(Instant::toString).orElse("");
        return new ProcessEntry(handle.pid(), parent, ProcessEntry.UNKNOWN, start);
    }
}
