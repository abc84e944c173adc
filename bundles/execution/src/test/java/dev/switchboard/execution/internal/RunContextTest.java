package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.logging.LogContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunContextTest extends QueueTestBase {
    private static final LogContext ASKER = LogContext.NONE.withSession("s").withCorrelation("c");

    private String of(Execution run) {
        return "project=" + project + ", execution=" + run.id() + "]";
    }

    /** What log lines tell where others are told of an agent's next line, which comes from a thread of nobody's. */
    private String whileRecording() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        ExecutionListener listener = event -> {
            if (event instanceof ExecutionEvent.Recorded) {
                seen.add(LogContext.current().toString());
            }
        };
        world.services.listeners().add(listener);
        get(turn.lines(1));
        world.services.listeners().remove(listener);
        assertEquals(1, seen.size());
        return seen.get(0);
    }

    @Test
    @DisplayName("H3 log lines of a run tell whose it is, also of one that waited in the queue behind another's")
    void tellsWhose() throws Exception {
        assertEquals("LogContext[" + of(first), turn.context.toString());
        assertEquals("LogContext[" + of(first), whileRecording());

        Execution second = ASKER.call(() -> queue("two"));
        Execution third = queue("three");
        get(turn.end(Verdict.COMPLETED));
        turn = world.executor.next();
        assertEquals(second.id(), turn.launch.execution());
        assertEquals("LogContext[correlation=c, session=s, " + of(second), turn.context.toString());
        assertEquals("LogContext[correlation=c, session=s, " + of(second), whileRecording());

        get(turn.end(Verdict.COMPLETED));
        turn = world.executor.next();
        assertEquals("LogContext[" + of(third), turn.context.toString(), "nothing of the run before");
        assertSame(LogContext.NONE, LogContext.current());
        get(turn.end(Verdict.COMPLETED));
    }
}
