package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Says what became of messages that carried an id: {@code queued} when one came in, {@code started}, and how it ended. Thread-safe:
 * the thread that reads and the thread that takes turns may both announce a message as queued, which happens once and first.
 */
final class Lifecycle {

    private final Agent agent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> queued = new HashSet<>();

    Lifecycle(Agent agent) {
        this.agent = agent;
    }

    void queued(UserMessage message) {
        lock.lock();
        try {
            if (message.uuid() != null && queued.add(message.uuid())) {
                write(message, "queued");
            }
        } finally {
            lock.unlock();
        }
    }

    void started(UserMessage message) {
        queued(message);
        write(message, "started");
    }

    void ended(UserMessage message, boolean cancelled) {
        write(message, cancelled ? "cancelled" : "completed");
    }

    private void write(UserMessage message, String state) {
        if (message.uuid() != null && agent.version().isCurrent()) {
            JsonObject line = JsonObject.of("type", "command_lifecycle")
                    .put("command_uuid", message.uuid())
                    .put("state", state);
            agent.output().line(agent.identified(line));
        }
    }
}
