package dev.switchboard.store.postgresql.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of an {@link Ownership} for many threads: each has it in its turn. It is given up when nobody can tell any more what it
 * does, and made again by whoever needs it next. If that fails, {@link #look} goes on trying, and until it succeeds everybody is refused
 * at once: nobody waits for the database to come back.
 */
final class OwnedConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnedConnection.class);
    /** A connection that has not been used for so long is asked whether it is still there. */
    private static final long IDLE_NANOS = 1_000_000_000L;

    /** What hangs on the connection. Called by the thread whose turn it is. */
    interface Owner {
        /**
         * There is a connection, the first or another one. Commits what it does.
         *
         * @param mine whether nobody else has owned it since the one before; false the first time
         */
        void taken(Connection connection, boolean mine) throws SQLException;

        /** The connection is given up, and there is no other one yet. */
        void lost();
    }

    private final Ownership ownership;
    private final Owner owner;
    private final ReentrantLock turn = new ReentrantLock();
    /** Guarded by {@link #turn}, as what follows. */
    private long lastUse = System.nanoTime();

    /** Why another connection could not be made, after the last attempt. */
    private volatile Optional<String> complaint = Optional.empty();

    private volatile boolean stopped;

    OwnedConnection(Ownership ownership, Owner owner) {
        this.ownership = ownership;
        this.owner = owner;
    }

    /**
     * Takes ownership, for the first time or again.
     *
     * @throws SQLException if that cannot be done
     */
    void take() throws SQLException {
        turn.lock();
        boolean done = false;
        try {
            boolean mine = ownership.take();
            owner.taken(ownership.connection(), mine);
            done = true;
        } finally {
            if (!done) {
                ownership.lose();
            }
            turn.unlock();
        }
    }

    boolean isHeld() {
        return ownership.isHeld();
    }

    /** @throws SQLException if there is no connection, and the last attempt to make one failed */
    void checkReachable() throws SQLException {
        if (complaint.isPresent()) {
            ownership.connection();
        }
    }

    /** Runs something in its turn, which may use {@link #connection}, {@link #recovers} and {@link #lose}. */
    void inTurn(Runnable task) {
        turn.lock();
        try {
            task.run();
        } finally {
            turn.unlock();
        }
    }

    /**
     * The connection, for whose turn it is; it is made again if it was given up and this was not tried yet.
     *
     * @throws SQLException if there is none
     */
    Connection connection() throws SQLException {
        if (!ownership.isHeld() && complaint.isEmpty()) {
            retake();
        }
        Connection connection = ownership.connection();
        lastUse = System.nanoTime();
        return connection;
    }

    /**
     * Uses the connection in its turn, and commits. What fails is rolled back, or the connection is given up.
     *
     * @param doubted run if it is given up: whether what was done is committed will not be known
     */
    <T> T use(Database.Use<T> use, Runnable doubted) throws SQLException {
        checkReachable(); // waiting would be of no use
        turn.lock();
        boolean usable = false;
        try {
            Connection connection = connection();
            T result = use.with(connection);
            connection.commit();
            usable = true;
            return result;
        } catch (SQLException e) {
            usable = recovers(e);
            throw e;
        } catch (RuntimeException e) {
            usable = rollBack();
            throw e;
        } finally {
            if (!usable && ownership.isHeld()) {
                doubted.run();
                lose();
            }
            turn.unlock();
        }
    }

    /** After a failure: rolls back, and returns whether the connection is good for another transaction. */
    boolean recovers(SQLException failure) {
        return !SqlErrors.endsConnection(failure) && rollBack();
    }

    private boolean rollBack() {
        try {
            return Database.rollBack(ownership.connection());
        } catch (SQLException e) {
            return false; // it is lost already
        }
    }

    /** Gives the connection up, if there is one. */
    void lose() {
        if (ownership.isHeld()) {
            ownership.lose();
            owner.lost(); // before there is another connection: by then another server may have written
            LOG.warn(
                    "The connection that owns the {} is lost; it is made again as soon as that can be done",
                    ownership.what());
        }
    }

    /** Another connection has ended: asks whether this one is still there. */
    void check() {
        inTurn(this::ask);
    }

    private void ask() {
        if (ownership.isHeld() && !ownership.isAlive()) {
            lose();
        }
    }

    /** Sees to it that the connection is there: asks whether it still is, or makes another. */
    void look() {
        if (stopped || !turn.tryLock()) {
            return; // somebody uses it, and will see
        }
        try {
            if (stopped) {
                return;
            }
            if (System.nanoTime() - lastUse > IDLE_NANOS) {
                lastUse = System.nanoTime();
                ask();
            }
            if (!ownership.isHeld()) {
                retake();
            }
        } finally {
            turn.unlock();
        }
    }

    private void retake() {
        if (stopped) {
            return;
        }
        try {
            take();
            complaint = Optional.empty();
            LOG.info("The connection that owns the {} is back", ownership.what());
        } catch (SQLException e) {
            Optional<String> news = Optional.of(String.valueOf(e.getMessage()));
            if (!news.equals(complaint)) {
                LOG.warn(
                        "The connection that owns the {} is not back yet: {}",
                        ownership.what(),
                        SqlErrors.whyNotOpened(e),
                        e);
            }
            complaint = news;
        }
    }

    /** A connection that is lost is not made again. */
    void stop() {
        stopped = true;
    }

    /** Has who waits for the database wait no longer. */
    void abort() {
        ownership.abort();
    }

    /** Frees what is owned. */
    @Override
    public void close() {
        stop();
        inTurn(ownership::close);
    }
}
