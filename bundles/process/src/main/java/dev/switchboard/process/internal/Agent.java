package dev.switchboard.process.internal;

import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.logging.LogContext;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessExit;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** One agent in custody, alive or ended, launched by this server or by an earlier one. Safe for use by many threads. */
final class Agent {
    private static final int COOKIE_READS = 5;
    private static final long COOKIE_PAUSE_NANOS = 1_000_000;

    private final AgentDirectory directory;
    private final ProcessTable table;
    private final AgentInput input;
    private final StderrSpool stderr;
    private final ReentrantLock labelLock = new ReentrantLock();
    private volatile AgentManifest manifest;
    private volatile ProcessExit exit;

    Agent(AgentDirectory directory, AgentManifest manifest, ProcessTable table) {
        this.directory = directory;
        this.manifest = manifest;
        this.table = table;
        this.input = new AgentInput(directory.input());
        this.stderr = new StderrSpool(directory.stderr());
    }

    AgentDirectory directory() {
        return directory;
    }

    AgentManifest manifest() {
        return manifest;
    }

    /** What log lines tell of what it works for just now, as its labels say. */
    LogContext context() {
        Map<String, String> labels = manifest.labels();
        LogContext context = LogContext.NONE;
        if (labels.containsKey(AgentExecutor.LABEL_PROJECT)) {
            context = context.withProject(labels.get(AgentExecutor.LABEL_PROJECT));
        }
        if (labels.containsKey(AgentExecutor.LABEL_EXECUTION)) {
            context = context.withExecution(labels.get(AgentExecutor.LABEL_EXECUTION));
        }
        return context;
    }

    AgentInput input() {
        return input;
    }

    StderrSpool stderr() {
        return stderr;
    }

    CustodyRecord snapshot() {
        Optional<ProcessExit> known = observe();
        AgentManifest now = manifest;
        return new CustodyRecord(
                now.agentId(),
                now.wrapper().pid(),
                now.launchedAt(),
                known.isEmpty(),
                known,
                directory.outputBytes(),
                now.labels());
    }

    void label(Map<String, String> labels) throws IOException {
        labelLock.lock();
        try {
            AgentManifest changed = manifest.withLabels(labels);
            changed.rewrite(directory.manifest());
            manifest = changed;
        } finally {
            labelLock.unlock();
        }
    }

    /** How it ended, if the wrapper has written that down: a cheap look. */
    Optional<ProcessExit> glance() {
        if (exit == null) {
            OptionalInt code = directory.exitCode();
            if (code.isPresent()) {
                exit = new ProcessExit(code, stderr.tail());
            }
        }
        return Optional.ofNullable(exit);
    }

    /** How it ended, also if it is gone without a word; empty if it is alive. */
    Optional<ProcessExit> observe() {
        if (glance().isEmpty() && !wrapperRuns() && agentProcess().isEmpty() && glance().isEmpty()) {
            exit = new ProcessExit(OptionalInt.empty(), stderr.tail());
        }
        return Optional.ofNullable(exit);
    }

    /** Whether the session's leader is there: pid, start time and cookie. */
    boolean wrapperRuns() {
        ProcessIdentity wrapper = manifest.wrapper();
        return table.find(wrapper.pid()).filter(wrapper::matches).isPresent() && bearsCookie(wrapper.pid());
    }

    /**
     * The agent's program itself, if it runs. Programs may overwrite their environment; where the cookie is gone, the
     * parent or the session must be right.
     */
    Optional<ProcessEntry> agentProcess() {
        ProcessIdentity agent = manifest.agent();
        long wrapper = manifest.wrapper().pid();
        return table.find(agent.pid())
                .filter(agent::matches)
                .filter(entry -> entry.parent() == wrapper || entry.session() == wrapper || bearsCookie(agent.pid()));
    }

    /** While a process becomes another program its environment is empty for a moment, hence several looks. */
    private boolean bearsCookie(long pid) {
        if (!table.readsCookies()) {
            return true;
        }
        for (int i = 0; i < COOKIE_READS; i++) {
            Optional<String> cookie = table.cookie(pid);
            if (cookie.isPresent()) {
                return cookie.get().equals(manifest.cookie());
            }
            LockSupport.parkNanos(COOKIE_PAUSE_NANOS);
        }
        return false;
    }
}
