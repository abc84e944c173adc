package dev.switchboard.process.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends signals, each only after a look whether the pid still belongs to the process that is meant. */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final long PROGRAM_SECONDS = 5;

    private final ProcessTable table;
    private final List<String> killProgram;

    /** @param killProgram takes {@code -s <name> <pid>}; only for the one signal that Java cannot send */
    Signals(ProcessTable table, List<String> killProgram) {
        this.table = table;
        this.killProgram = List.copyOf(killProgram);
    }

    /** SIGKILL. */
    void kill(ProcessEntry entry) {
        send(entry, ProcessHandle::destroyForcibly);
    }

    /** SIGTERM. */
    void terminate(ProcessEntry entry) {
        send(entry, ProcessHandle::destroy);
    }

    /** SIGINT. */
    void interrupt(ProcessEntry entry) {
        send(entry, handle -> run("INT", entry.pid()));
    }

    /**
     * The handle is taken before the look: it remembers the start time of what had the pid then, and Java compares that
     * with the process once more when it signals.
     */
    private void send(ProcessEntry entry, Consumer<ProcessHandle> signal) {
        Optional<ProcessHandle> handle = ProcessHandle.of(entry.pid());
        boolean same = table.find(entry.pid()).filter(entry.identity()::matches).isPresent();
        if (handle.isPresent() && same && entry.pid() != ProcessHandle.current().pid()) {
            signal.accept(handle.get());
        }
    }

    private void run(String signal, long pid) {
        List<String> command = new ArrayList<>(killProgram);
        command.addAll(List.of("-s", signal, Long.toString(pid)));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            LOG.warn("cannot send SIG{}: {}", signal, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
