package dev.switchboard.store.postgresql.internal;

import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes all logs, one transaction at a time, over the connection that owns them. Who comes while one is under way is written together
 * with all others who do, by the first of them: so a commit is shared by as many as wait for one.
 *
 * <p>A connection that fails in the middle leaves in doubt whether the transaction was committed. Then everything is refused until
 * there is a new one, which has the lock and so knows that the old one does nothing any more; and what the old one may have left of
 * appends that were reported as failed is taken away before anybody sees it.
 */
final class LogWriter implements OwnedConnection.Owner, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    private final OwnedConnection owned;
    private final ReadPool pool;
    private final Supplier<LogPolicy> policy;
    private final Clock clock;
    private final LogFigures figures;
    private final Queue<Append> waiting = new ConcurrentLinkedQueue<>();
    private final Map<ProjectId, LogState> states = new ConcurrentHashMap<>();
    /** Used by whose turn it is, as what follows: logs that may have more records than was reported, and how many they should have. */
    private final Map<Long, Long> inDoubt = new HashMap<>();

    private UUID mark;
    private volatile boolean stopped;

    LogWriter(Ownership ownership, ReadPool pool, Supplier<LogPolicy> policy, Clock clock, LogFigures figures) {
        this.owned = new OwnedConnection(ownership, this);
        this.pool = pool;
        this.policy = policy;
        this.clock = clock;
        this.figures = figures;
    }

    /**
     * Takes ownership, for the first time or again.
     *
     * @throws SQLException if that cannot be done
     */
    void take() throws SQLException {
        owned.take();
    }

    @Override
    public void taken(Connection connection, boolean mine) throws SQLException {
        LogRows rows = new LogRows(connection);
        mark = rows.mark();
        if (rows.renewAllIfElsewhere()) {
            LOG.warn("The database was restored, moved or replaced by a standby: every log has a new epoch");
        }
        if (!mine && !inDoubt.isEmpty()) {
            LOG.warn("Another server had the messages meanwhile; what failed appends left there stays");
            inDoubt.clear();
        }
        for (Map.Entry<Long, Long> log : inDoubt.entrySet()) {
            int count = rows.cut(log.getKey(), log.getValue());
            if (count > 0) {
                LOG.info("{} records of a failed append, which nobody saw, are taken back", count);
            }
        }
        connection.commit();
        inDoubt.clear();
    }

    @Override
    public void lost() {
        states.clear();
        figures.lost();
    }

    boolean isOwner() {
        return owned.isHeld();
    }

    /** Whether this is the state of the project's log still. */
    boolean isPresent(ProjectId project, LogState state) {
        return states.get(project) == state;
    }

    /** The state of a project's log, which is made if there is none. */
    LogState state(ProjectId project) throws SQLException {
        LogState present = states.get(project);
        if (present != null && owned.isHeld()) {
            return present;
        }
        return change(connection -> load(connection, project));
    }

    private LogState load(Connection connection, ProjectId project) throws SQLException {
        LogState present = states.get(project);
        if (present == null) {
            present = new LogRows(connection).open(project, mark);
            connection.commit();
            states.put(project, present);
        }
        return present;
    }

    /** Appends all records or none of them; returns when it is done, or has failed. */
    void append(Append append) throws SQLException {
        owned.checkReachable();
        waiting.add(append);
        owned.inTurn(() -> {
            if (!append.isDone()) {
                List<Append> group = new ArrayList<>();
                for (Append next = waiting.poll(); next != null; next = waiting.poll()) {
                    group.add(next);
                }
                write(group);
            }
        });
    }

    private void write(List<Append> group) {
        boolean settled = false;
        try {
            settled = writeTogether(group);
        } catch (SQLException e) {
            settled = settle(group, e);
        } finally {
            if (!settled) { // an Error, of which nobody knows where it struck
                lose(group);
                failAll(group, new SQLException("the append was broken off", "XX000"));
            }
        }
    }

    /** What failed may be one append's fault only. Returns true. */
    private boolean settle(List<Append> group, SQLException failure) {
        if (!owned.recovers(failure)) {
            lose(group);
            failAll(group, failure);
        } else if (group.size() > 1) {
            group.forEach(append -> write(List.of(append)));
        } else {
            failAll(group, failure);
        }
        return true;
    }

    private static void failAll(List<Append> group, SQLException failure) {
        for (Append append : group) {
            if (!append.isDone()) {
                append.fail(SqlErrors.of(failure, PostgresqlMessageLog.SERVICE, PostgresqlMessageLog.APPEND));
            }
        }
    }

    private boolean writeTogether(List<Append> group) throws SQLException {
        long began = System.nanoTime();
        Connection connection = owned.connection();
        LogPolicy now = policy.get();
        List<BatchInsert> inserts = new ArrayList<>(group.size());
        for (Append append : group) {
            LogState state = load(connection, append.project());
            if (!now.synced() && !mark.equals(state.unsynced())) {
                new LogRows(connection).markUnsynced(state.view().id(), mark);
                connection.commit();
                state.mark(mark);
            }
            inserts.add(new BatchInsert(connection, state, pool));
        }
        if (!now.synced()) {
            Database.run(connection, "SET LOCAL synchronous_commit = off");
        }
        for (int i = 0; i < group.size(); i++) {
            Append append = group.get(i);
            try {
                inserts.get(i).write(append.records(), clock.instant());
            } catch (IOException | UncheckedIOException e) {
                connection.rollback();
                append.fail(SqlErrors.unavailable(
                        PostgresqlMessageLog.SERVICE, PostgresqlMessageLog.APPEND + ": a content cannot be read", e));
                List<Append> others = new ArrayList<>(group);
                others.remove(i);
                return others.isEmpty() || writeTogether(others);
            }
        }
        connection.commit();
        figures.committed(System.nanoTime() - began);
        for (int i = 0; i < group.size(); i++) {
            Append append = group.get(i);
            append.succeed(inserts.get(i).committed());
            figures.appended(append.records().size(), append.size());
        }
        return true;
    }

    /** Gives the connection up; what it may have left of these appends goes when there is another one. */
    private void lose(List<Append> group) {
        for (Append append : group) {
            LogState state = states.get(append.project());
            if (state != null && !append.isDone()) {
                inDoubt.putIfAbsent(state.view().id(), state.end().seq());
            }
        }
        owned.lose();
    }

    /** Changes something, or looks at something for the first time. */
    private <T> T change(Database.Use<T> change) throws SQLException {
        return owned.use(change, () -> {});
    }

    void delete(ProjectId project) throws SQLException {
        change(connection -> {
            new LogRows(connection).delete(project);
            connection.commit();
            return states.remove(project);
        });
    }

    Set<ProjectId> projects() throws SQLException {
        return change(connection -> new LogRows(connection).projects());
    }

    /** Removes what is past its time and what is left of deleted logs; others write in between. */
    void sweep() throws SQLException {
        LogPolicy now = policy.get();
        if (now.removesAny()) {
            for (ProjectId project : projects()) {
                if (stopped) {
                    return;
                }
                change(connection -> retain(connection, project, now));
            }
        }
        for (long log : change(connection -> new Removal(connection).logs())) {
            while (!stopped && change(connection -> new Removal(connection).removeOld(log)) > 0) {
                // there may be more
            }
        }
        for (long log : change(connection -> new Removal(connection).deletedLogs())) {
            while (!stopped && !change(connection -> new Removal(connection).removeDeleted(log))) {
                // there may be more
            }
        }
    }

    private LogState retain(Connection connection, ProjectId project, LogPolicy now) throws SQLException {
        LogState state = load(connection, project);
        LogView view = state.view();
        if (view.lastSeq() >= view.firstSeq()) {
            long first = Removal.firstKept(connection, view, state.end(), now, clock);
            if (first > view.firstSeq()) {
                new Removal(connection).begin(view.id(), first);
                connection.commit();
                state.begin(first);
                figures.removed(first - view.firstSeq());
                LOG.info("Retention takes records {} to {} out of the log of {}", view.firstSeq(), first - 1, project);
            }
        }
        return state;
    }

    /** Another connection has ended: asks whether this one is still there. */
    void check() {
        owned.check();
    }

    /** Sees to it that the connection is there: asks whether it still is, or makes another. */
    void look() {
        owned.look();
    }

    /** No more sweeping and connecting. */
    void stop() {
        stopped = true;
        owned.stop();
    }

    /** Has who waits for the database wait no longer. */
    void abort() {
        owned.abort();
    }

    /** Everything that was appended is on the disk, and the lock is free. Nobody writes any more. */
    @Override
    public void close() {
        try {
            if (owned.isHeld()) {
                change(connection -> {
                    new LogRows(connection).allSynced();
                    return true;
                });
            }
        } catch (SQLException e) {
            LOG.warn("The message log could not be closed in an orderly way", e);
        } finally {
            owned.close();
        }
    }
}
