package dev.switchboard.process.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Everything that an agent started: what bears its cookie, what descends from it, what is in a session that it opened,
 * and what was seen to be of it before, whatever that has become since. For one thread.
 */
final class ProcessTree {
    /** One takes some 15 microseconds. */
    private static final int CHASE_LOOKS = 1000;

    private static final long LONGEST_CHASE = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MOST_NEW = 256;

    private final ProcessTable table;
    private final Predicate<String> cookies;
    private final Supplier<Set<ProcessIdentity>> offLimits;
    private final Set<ProcessIdentity> seen = new HashSet<>();
    private final Set<Long> sessions = new HashSet<>();
    private final long sessionOfBearers;

    /**
     * @param cookies which cookies mark a process as belonging to the tree
     * @param sessionOfBearers a session that belongs to the tree as soon as a bearer of the cookie is found in it;
     *        without such a proof its id may be somebody else's by now
     * @param offLimits what is never part of the tree, nor what descends from it: this server, other agents
     */
    ProcessTree(
            ProcessTable table,
            Predicate<String> cookies,
            long sessionOfBearers,
            Supplier<Set<ProcessIdentity>> offLimits) {
        this.table = table;
        this.cookies = cookies;
        this.sessionOfBearers = sessionOfBearers;
        this.offLimits = offLimits;
    }

    /** Adds a process that is known to be of the tree. */
    void add(ProcessIdentity identity) {
        seen.add(identity);
    }

    /** How many different processes were found so far. */
    int seen() {
        return seen.size();
    }

    /** The processes of the tree that are alive now. */
    List<ProcessEntry> scan() {
        List<ProcessEntry> others = new ArrayList<>(table.all());
        Set<ProcessIdentity> excluded = offLimits.get();
        others.removeIf(entry -> excluded.contains(entry.identity()));
        Map<Long, ProcessEntry> members = new LinkedHashMap<>();
        for (ProcessEntry entry : others) {
            if (seen.contains(entry.identity())) {
                members.put(entry.pid(), entry);
            } else if (table.cookie(entry.pid()).filter(cookies).isPresent()) {
                members.put(entry.pid(), entry);
                if (entry.session() == sessionOfBearers) {
                    sessions.add(sessionOfBearers);
                }
            }
        }
        others.removeIf(entry -> members.containsKey(entry.pid()));
        grow(members, others);
        members.values().forEach(entry -> seen.add(entry.identity()));
        forgetEmptySessions(members.values());
        return new ArrayList<>(members.values());
    }

    /**
     * Kills at once what bears the cookie and has just been started, for as long as there is such: a process that forks and
     * ends faster than a scan takes is in none. Takes some milliseconds of processor time if there is nothing.
     *
     * @return how many were killed
     */
    int chase(Signals signals) {
        long newest = table.newest();
        if (newest == ProcessEntry.UNKNOWN) {
            return 0;
        }
        Set<ProcessIdentity> excluded = offLimits.get();
        long end = System.nanoTime() + LONGEST_CHASE;
        long previous = newest - MOST_NEW;
        int killed = 0;
        // Counted in looks and not in time: on a busy machine this thread is away for most of the time.
        for (int looks = 0; looks < CHASE_LOOKS && System.nanoTime() - end < 0; looks++) {
            newest = table.newest();
            // The newest first, for the others may have gone on. When pids begin anew, there is nothing between.
            long oldest = Math.max(previous + 1, newest - MOST_NEW);
            previous = newest;
            for (long pid = newest; pid >= oldest; pid--) {
                if (isCaught(pid, excluded, signals)) {
                    killed++;
                    looks = 0;
                }
            }
        }
        return killed;
    }

    private boolean isCaught(long pid, Set<ProcessIdentity> excluded, Signals signals) {
        if (table.cookie(pid).filter(cookies).isEmpty() || table.isOwnThread(pid)) {
            return false;
        }
        Optional<ProcessEntry> entry = table.find(pid).filter(found -> !excluded.contains(found.identity()));
        entry.ifPresent(found -> {
            signals.kill(found);
            seen.add(found.identity());
        });
        return entry.isPresent();
    }

    private void grow(Map<Long, ProcessEntry> members, List<ProcessEntry> others) {
        boolean grown = true;
        while (grown) {
            for (ProcessEntry member : members.values()) {
                if (member.session() == member.pid()) {
                    sessions.add(member.pid());
                }
            }
            grown = others.removeIf(entry -> {
                boolean belongs = members.containsKey(entry.parent()) || sessions.contains(entry.session());
                if (belongs) {
                    members.put(entry.pid(), entry);
                }
                return belongs;
            });
        }
    }

    /** An id without a process may be given to a stranger's session next. */
    private void forgetEmptySessions(Collection<ProcessEntry> members) {
        Set<Long> inUse = new HashSet<>();
        members.forEach(entry -> inUse.add(entry.session()));
        sessions.retainAll(inUse);
    }
}
