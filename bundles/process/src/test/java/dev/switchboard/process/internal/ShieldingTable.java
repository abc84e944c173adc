package dev.switchboard.process.internal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** This machine's processes, some of which no signal reaches as long as they are shielded: as if they waited for a disk. */
final class ShieldingTable implements ProcessTable {
    private final ProcessTable machine = ProcessTable.ofThisMachine();
    private final Set<Long> shielded = ConcurrentHashMap.newKeySet();

    void shield(long pid) {
        shielded.add(pid);
    }

    void unshield() {
        shielded.clear();
    }

    @Override
    public Optional<ProcessEntry> find(long pid) {
        return shielded.contains(pid) ? Optional.empty() : machine.find(pid);
    }

    @Override
    public List<ProcessEntry> all() {
        return machine.all();
    }

    @Override
    public Optional<String> cookie(long pid) {
        return machine.cookie(pid);
    }

    @Override
    public long newest() {
        return machine.newest();
    }

    @Override
    public boolean isOwnThread(long id) {
        return machine.isOwnThread(id);
    }

    @Override
    public boolean readsCookies() {
        return machine.readsCookies();
    }
}
