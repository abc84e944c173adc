package dev.switchboard.execution.internal;

import dev.switchboard.execution.AgentEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an agent's events apart into runs of lines, which are recorded with one append, and single other events, keeping their
 * order; goes on when what came before has been recorded.
 */
final class Relay {
    /** What becomes of the parts; each calls {@code then} when the next may come. */
    interface Target {
        void lines(List<AgentEvent.Line> lines, Runnable then);

        void other(AgentEvent event, Runnable then);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final List<AgentEvent> events;
    private final Target target;
    private final Runnable done;
    private int next;
    private boolean busy;
    private boolean again;

    private Relay(List<AgentEvent> events, Target target, Runnable done) {
        this.events = events;
        this.target = target;
        this.done = done;
    }

    /** Begins; {@code done} is called when the last event has been dealt with. */
    static void start(List<AgentEvent> events, Target target, Runnable done) {
        new Relay(events, target, done).proceed();
    }

    /** One step after the other, in a loop as long as steps are done at once, so that the stack stays flat. */
    private void proceed() {
        again = true;
        if (busy) {
            return;
        }
        busy = true;
        while (again) {
            again = false;
            try {
                step();
            } catch (RuntimeException e) {
                LOG.error("an event of an agent could not be dealt with", e);
                again = true;
            }
        }
        busy = false;
    }

    private void step() {
        if (next == events.size()) {
            done.run();
            return;
        }
        List<AgentEvent.Line> lines = new ArrayList<>();
        while (next < events.size() && events.get(next) instanceof AgentEvent.Line line) {
            lines.add(line);
            next++;
        }
        if (lines.isEmpty()) {
            target.other(events.get(next++), this::proceed);
        } else {
            target.lines(lines, this::proceed);
        }
    }

    /** Hands a value on and goes on. */
    static <T> Consumer<T> then(Consumer<T> use, Runnable then) {
        return value -> {
            use.accept(value);
            then.run();
        };
    }
}
