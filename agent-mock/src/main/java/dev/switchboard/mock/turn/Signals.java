package dev.switchboard.mock.turn;

import dev.switchboard.mock.process.ChildProcesses;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** What SIGINT, SIGTERM and SIGHUP do. */
public final class Signals {

    private static final AtomicBoolean INTERRUPTED = new AtomicBoolean();

    private final Agent agent;
    private final Mailbox mailbox;

    public Signals(Agent agent, Mailbox mailbox) {
        this.agent = agent;
        this.mailbox = mailbox;
    }

    /** Whether SIGINT ended the run: the exit code is 0 then, whatever the result was. */
    public static boolean interrupted() {
        return INTERRUPTED.get();
    }

    public void install() {
        handle("INT", new SignalHandler() {
            @Override
            public void handle(Signal signal) {
                interrupt();
            }
        });
        SignalHandler leave = new SignalHandler() {
            @Override
            public void handle(Signal signal) {
                leave(128 + signal.getNumber());
            }
        };
        handle("TERM", leave);
        handle("HUP", leave);
    }

    private static void handle(String name, SignalHandler handler) {
        Signal.handle(new Signal(name), handler);
    }

    /** In a turn: the turn ends as interrupted, and the process after it. Idle: the process ends. */
    private void interrupt() {
        if (agent.isDeaf()) {
            return;
        }
        INTERRUPTED.set(true);
        if (!mailbox.stop()) {
            Runtime.getRuntime().halt(0);
        }
    }

    /** At once and without a result. The current release takes its tools' processes along, the older one leaves them. */
    private void leave(int code) {
        if (agent.isDeaf()) {
            return;
        }
        if (agent.version().isCurrent()) {
            String tool = agent.openTool();
            // Without the claim the turn would go on when the tool's process is gone.
            boolean canWrite = tool != null && agent.output().claim();
            ChildProcesses.killDescendants();
            if (canWrite) {
                agent.output().line(ToolCall.killed(agent, tool));
            }
        }
        Runtime.getRuntime().halt(code);
    }
}
