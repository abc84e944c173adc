package dev.switchboard.executor.claude.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.content.Content;
import dev.switchboard.process.CustodyCounts;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.OutputConsumer;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.ProcessSpec;
import dev.switchboard.process.SpoolLine;
import dev.switchboard.process.TerminationPlan;
import dev.switchboard.process.TerminationReport;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/** Custody without processes: tests say what agents write, and see what they are told. */
final class FakeCustodian implements ProcessCustodian {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final Map<String, Agent> everybody = new LinkedHashMap<>();
    final List<ProcessSpec> launched = new CopyOnWriteArrayList<>();
    final List<String> released = new CopyOnWriteArrayList<>();
    volatile RuntimeException sendFails;
    volatile RuntimeException tailFails;
    private volatile String refuser = "";

    /** One agent's state. */
    static final class Agent {
        final String id;
        final List<SpoolLine> spool = new ArrayList<>();
        final List<String> inbox = new ArrayList<>();
        final List<String> did = new ArrayList<>();
        Map<String, String> labels;
        OutputConsumer consumer;
        int next;
        boolean busy;
        Optional<ProcessExit> exit = Optional.empty();

        Agent(String id, Map<String, String> labels) {
            this.id = id;
            this.labels = labels;
        }

        long end() {
            return spool.isEmpty() ? 0 : spool.get(spool.size() - 1).end();
        }
    }

    /** The agents' ids, released ones too, in the order of their launches. */
    List<String> ids() {
        return locked(() -> List.copyOf(everybody.keySet()));
    }

    /** What an agent was told. */
    List<String> inbox(String id) {
        return locked(() -> List.copyOf(everybody.get(id).inbox));
    }

    /** What was done to an agent, beside messages. */
    List<String> did(String id) {
        return locked(() -> List.copyOf(everybody.get(id).did));
    }

    Map<String, String> labels(String id) {
        return locked(() -> everybody.get(id).labels);
    }

    void write(String id, String... lines) {
        for (String line : lines) {
            put(id, line.getBytes(UTF_8), false);
        }
        pump(id);
    }

    void writeTorn(String id, String line) {
        put(id, line.getBytes(UTF_8), true);
        pump(id);
    }

    void write(String id, Content line) {
        locked(() -> {
            Agent agent = agent(id);
            agent.spool.add(new SpoolLine(line, agent.end() + line.size() + 1, false));
            return null;
        });
        pump(id);
    }

    /** Does nothing if it has ended already. */
    void exit(String id, int code, String stderr) {
        locked(() -> {
            Agent agent = everybody.get(id);
            agent.exit = agent.exit.or(() -> Optional.of(new ProcessExit(OptionalInt.of(code), stderr)));
            return null;
        });
        pump(id);
    }

    /** From now on an agent takes no messages. */
    void refuses(String id) {
        refuser = id;
    }

    /** Stops all tailing, as custody does when it goes. */
    void go() {
        for (Agent agent : locked(() -> List.copyOf(agents.values()))) {
            OutputConsumer consumer = locked(() -> {
                OutputConsumer present = agent.consumer;
                agent.consumer = null;
                agent.busy = false;
                return present;
            });
            if (consumer != null) {
                consumer.stopped(new IllegalStateException("custody is going"));
            }
        }
    }

    /** Another custodian with the same agents. */
    FakeCustodian successor() {
        FakeCustodian next = new FakeCustodian();
        locked(() -> {
            for (Agent agent : agents.values()) {
                Agent copy = new Agent(agent.id, agent.labels);
                copy.spool.addAll(agent.spool);
                copy.inbox.addAll(agent.inbox);
                copy.exit = agent.exit;
                next.agents.put(copy.id, copy);
                next.everybody.put(copy.id, copy);
            }
            return null;
        });
        return next;
    }

    private void put(String id, byte[] line, boolean torn) {
        locked(() -> {
            Agent agent = agent(id);
            long end = agent.end() + line.length + (torn ? 0 : 1);
            return agent.spool.add(new SpoolLine(Content.of(line), end, torn));
        });
    }

    private void pump(String id) {
        OutputConsumer consumer;
        List<SpoolLine> lines;
        Optional<ProcessExit> exit;
        lock.lock();
        try {
            Agent agent = agents.get(id);
            if (agent == null || agent.consumer == null || agent.busy) {
                return;
            }
            consumer = agent.consumer;
            lines = List.copyOf(agent.spool.subList(agent.next, agent.spool.size()));
            exit = agent.exit;
            if (lines.isEmpty() && exit.isEmpty()) {
                return;
            }
            agent.next = agent.spool.size();
            agent.busy = true;
        } finally {
            lock.unlock();
        }
        if (lines.isEmpty()) {
            consumer.ended(exit.get());
            return;
        }
        consumer.lines(lines).whenComplete((done, failure) -> {
            boolean goOn = locked(() -> {
                Agent agent = agents.get(id);
                boolean same = agent != null && agent.consumer == consumer;
                if (same) {
                    agent.busy = false;
                }
                return same && failure == null;
            });
            if (goOn) {
                pump(id);
            }
        });
    }

    @Override
    public CustodyRecord launch(ProcessSpec spec) {
        return locked(() -> {
            launched.add(spec);
            Agent agent = new Agent(spec.agentId(), spec.labels());
            agents.put(agent.id, agent);
            everybody.put(agent.id, agent);
            return snapshot(agent);
        });
    }

    @Override
    public List<CustodyRecord> records() {
        return locked(
                () -> agents.values().stream().map(FakeCustodian::snapshot).toList());
    }

    @Override
    public Path files(String agentId) {
        return Path.of("/agents", agentId, "files");
    }

    @Override
    public Optional<CustodyRecord> find(String agentId) {
        return locked(() -> Optional.ofNullable(agents.get(agentId)).map(FakeCustodian::snapshot));
    }

    @Override
    public void label(String agentId, Map<String, String> labels) {
        locked(() -> agent(agentId).labels = Map.copyOf(labels));
    }

    @Override
    public boolean send(String agentId, long number, Content message) {
        if (sendFails != null) {
            throw sendFails;
        }
        if (refuser.equals(agentId)) {
            throw new IllegalStateException("it takes nothing");
        }
        return locked(() -> {
            Agent agent = agent(agentId);
            if (number > agent.inbox.size() + 1) {
                throw new IllegalArgumentException("a hole before " + number);
            }
            return number == agent.inbox.size() + 1 && agent.inbox.add(message.toText());
        });
    }

    @Override
    public long nextNumber(String agentId) {
        return locked(() -> agent(agentId).inbox.size() + 1L);
    }

    @Override
    public void endInput(String agentId) {
        locked(() -> agent(agentId).did.add("end of input"));
    }

    @Override
    public Tail tail(String agentId, long offset, OutputConsumer consumer) {
        if (tailFails != null) {
            throw tailFails;
        }
        locked(() -> {
            Agent agent = agent(agentId);
            if (agent.consumer != null) {
                throw new IllegalStateException("is tailed already");
            }
            agent.consumer = consumer;
            agent.busy = false;
            agent.next = 0;
            while (agent.next < agent.spool.size()
                    && agent.spool.get(agent.next).end() <= offset) {
                agent.next++;
            }
            return null;
        });
        pump(agentId);
        return () -> locked(() -> {
            Agent agent = agents.get(agentId);
            if (agent != null && agent.consumer == consumer) {
                agent.consumer = null;
            }
            return null;
        });
    }

    @Override
    public CompletionStage<TerminationReport> terminate(String agentId, TerminationPlan plan) {
        boolean ended = locked(() -> {
            Agent agent = agent(agentId);
            agent.did.add("terminate " + plan.killAfter().toMillis());
            return agent.exit.isPresent();
        });
        if (!ended) {
            exit(agentId, 137, "");
        }
        return CompletableFuture.completedStage(new TerminationReport(1, 0));
    }

    @Override
    public void interrupt(String agentId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void release(String agentId) {
        locked(() -> {
            if (agent(agentId).exit.isEmpty()) {
                throw new IllegalStateException("it is alive");
            }
            agents.remove(agentId);
            return released.add(agentId);
        });
    }

    @Override
    public TerminationReport sweep() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CustodyCounts counts() {
        throw new UnsupportedOperationException();
    }

    private Agent agent(String id) {
        Agent agent = agents.get(id);
        if (agent == null) {
            throw new NoSuchElementException(id);
        }
        return agent;
    }

    private static CustodyRecord snapshot(Agent agent) {
        return new CustodyRecord(
                agent.id, 4711, Instant.EPOCH, agent.exit.isEmpty(), agent.exit, agent.end(), agent.labels);
    }

    private <T> T locked(java.util.function.Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
