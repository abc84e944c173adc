package dev.switchboard.mock.turn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What passes from the threads that listen (stdin, signals) to the thread that takes the turns: messages, the end of the input,
 * interrupts, and answers to permission questions. Thread-safe.
 */
public final class Mailbox {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<UserMessage> queue = new ArrayDeque<>();
    private boolean ended;
    private boolean stopped;
    private boolean busy;
    private boolean aborted;
    private String openQuestion;
    private PermissionAnswer answer;

    /** Adds a message. True if a turn is running, so that it has to wait or is put into that turn. */
    boolean offer(UserMessage message) {
        lock.lock();
        try {
            queue.add(message);
            changed.signalAll();
            return busy;
        } finally {
            lock.unlock();
        }
    }

    /** No more input. An open question will not be answered any more. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for messages; all that are queued make one turn. The mailbox is busy from then on until the next call.
     *
     * @param patienceMillis how long to wait before giving up; negative is for ever
     * @param pastEnd        whether to wait that long at the end of the input too
     * @return null at the end of the input, or when patience ended
     */
    List<UserMessage> nextBatch(long patienceMillis, boolean pastEnd) throws InterruptedException {
        lock.lock();
        try {
            busy = false;
            long patience = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
            while (queue.isEmpty()) {
                if (stopped || ended && !pastEnd || patienceMillis >= 0 && patience <= 0) {
                    return null;
                }
                if (patienceMillis < 0) {
                    changed.await();
                } else {
                    patience = changed.awaitNanos(patience);
                }
            }
            busy = true;
            aborted = false;
            return drain();
        } finally {
            lock.unlock();
        }
    }

    /** Makes the mailbox busy with a turn that no message asked for. False if the process is to end instead. */
    boolean beginUnasked() {
        lock.lock();
        try {
            busy = !stopped;
            aborted = false;
            return busy;
        } finally {
            lock.unlock();
        }
    }

    boolean hasEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass when all turns are taken. */
    public void stay(long millis) throws InterruptedException {
        lock.lock();
        try {
            long rest = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!stopped && rest > 0) {
                rest = changed.awaitNanos(rest);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The messages that came in during the turn and are put into it. */
    List<UserMessage> takeSteering() {
        lock.lock();
        try {
            return drain();
        } finally {
            lock.unlock();
        }
    }

    private List<UserMessage> drain() {
        List<UserMessage> batch = new ArrayList<>(queue);
        queue.clear();
        return batch;
    }

    /** The ids of the queued messages that have one; removes all queued messages if asked to. */
    List<String> queuedUuids(boolean cancel) {
        lock.lock();
        try {
            List<String> uuids = new ArrayList<>();
            for (UserMessage message : queue) {
                if (message.uuid() != null) {
                    uuids.add(message.uuid());
                }
            }
            if (cancel) {
                queue.clear();
            }
            return uuids;
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts the running turn. False if there is none. */
    boolean abort() {
        lock.lock();
        try {
            aborted = busy;
            changed.signalAll();
            return busy;
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts the running turn and ends the input behind it. False if no turn is running. */
    boolean stop() {
        lock.lock();
        try {
            queue.clear();
            ended = true;
            stopped = true;
            aborted = busy;
            changed.signalAll();
            return busy;
        } finally {
            lock.unlock();
        }
    }

    boolean isBusy() {
        lock.lock();
        try {
            return busy;
        } finally {
            lock.unlock();
        }
    }

    /** @throws TurnAborted if the turn was interrupted */
    void checkAborted() {
        pause(0);
    }

    /** Lets time pass. @throws TurnAborted as soon as the turn is interrupted */
    void pause(long millis) {
        lock.lock();
        try {
            long rest = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!aborted && rest > 0) {
                rest = changed.awaitNanos(rest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            aborted = true;
        } finally {
            lock.unlock();
        }
        throwIfAborted();
    }

    /** Announces a question before it is written out, so that the answer cannot come too early. */
    void ask(String requestId) {
        lock.lock();
        try {
            openQuestion = requestId;
            answer = null;
        } finally {
            lock.unlock();
        }
    }

    /** Answers the open question; an answer to any other is ignored. */
    void answer(String requestId, PermissionAnswer given) {
        lock.lock();
        try {
            if (requestId != null && requestId.equals(openQuestion)) {
                answer = given;
                openQuestion = null;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the open question back: its id, or null if there is none. */
    String withdrawQuestion() {
        lock.lock();
        try {
            String withdrawn = openQuestion;
            openQuestion = null;
            return withdrawn;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the answer without a limit, as the real program does. @throws TurnAborted if the turn is interrupted */
    PermissionAnswer awaitAnswer() {
        lock.lock();
        try {
            while (answer == null && !ended && !aborted) {
                changed.await();
            }
            if (answer == null && ended && !aborted) {
                openQuestion = null;
                return PermissionAnswer.INPUT_ENDED;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            aborted = true;
        } finally {
            lock.unlock();
        }
        throwIfAborted();
        return answer;
    }

    private void throwIfAborted() {
        lock.lock();
        try {
            if (aborted) {
                throw new TurnAborted();
            }
        } finally {
            lock.unlock();
        }
    }
}
