package dev.switchboard.websocket.internal;

import dev.switchboard.concurrent.Agenda;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The connections that there are, those in their handshake included. Safe for use by many threads. */
final class Connections {
    private final Set<SocketConnection> all = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition removed = lock.newCondition();
    private final Agenda<SocketConnection> agenda = new Agenda<>();

    /** When which of them has to be looked after. */
    Agenda<SocketConnection> agenda() {
        return agenda;
    }

    void add(SocketConnection connection) {
        all.add(connection);
        connection.rounds().call();
    }

    void remove(SocketConnection connection) {
        all.remove(connection);
        connection.rounds().remove();
        if (all.isEmpty()) {
            lock.lock();
            try {
                removed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    void forEach(Consumer<SocketConnection> action) {
        all.forEach(action);
    }

    int size() {
        return all.size();
    }

    /**
     * Waits until there is none.
     *
     * @return whether that came true in time
     */
    boolean awaitNone(long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (!all.isEmpty() && left > 0) {
                left = removed.awaitNanos(left);
            }
            return all.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
