package dev.switchboard.mock.turn;

import dev.switchboard.mock.cli.EarlyExit;
import dev.switchboard.mock.cli.LaunchOptions.SessionChoice;
import dev.switchboard.mock.session.Ids;
import dev.switchboard.mock.session.Session;
import dev.switchboard.mock.session.SessionStore;
import java.util.concurrent.locks.ReentrantLock;

/** Decides which conversation this process goes on with. A new one gets its id, and its place on disk, when it is first needed. */
public final class SessionSource {

    private final SessionStore store;
    private final SessionChoice choice;
    private final ReentrantLock lock = new ReentrantLock();
    private Session current;

    /** @throws EarlyExit if the id of a new session is taken */
    public SessionSource(SessionStore store, SessionChoice choice) {
        this.store = store;
        this.choice = choice;
        if (choice.newId() != null && store.exists(choice.newId())) {
            throw EarlyExit.refused("Error: Session ID " + choice.newId() + " is already in use.\n");
        }
    }

    /** False if a session was asked for that does not exist. */
    public boolean open() {
        Session found = null;
        if (choice.resume() != null) {
            found = store.find(choice.resume());
            if (found == null) {
                return false;
            }
        } else if (choice.latest()) {
            found = store.latest();
        }
        if (found != null && choice.fork()) {
            found = store.fork(found, choice.newId(), choice.stored());
        }
        current = found;
        return true;
    }

    String memoryDirectory() {
        return store.memoryDirectory();
    }

    Session current() {
        lock.lock();
        try {
            if (current == null) {
                String id = choice.newId();
                current = id == null ? store.createNext(choice.stored()) : store.create(id, choice.stored());
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** Starts a new conversation in this process, as {@code /clear} does. */
    Session startOver() {
        lock.lock();
        try {
            current = store.create(Ids.uuidOf(current().id() + "#clear"), choice.stored());
            return current;
        } finally {
            lock.unlock();
        }
    }
}
