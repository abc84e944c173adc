package dev.switchboard.execution.internal;

import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.process.CustodyCounts;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.OutputConsumer;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.ProcessSpec;
import dev.switchboard.process.TerminationPlan;
import dev.switchboard.process.TerminationReport;
import dev.switchboard.project.ProjectId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Custody with one agent of a project and one that belongs to nobody; writes down what is asked of it. */
final class FakeCustodian implements ProcessCustodian {
    final List<String> calls = new CopyOnWriteArrayList<>();
    /** How many of the next terminations fail, and how many sweeps. */
    final AtomicInteger failures = new AtomicInteger();

    /** What a termination comes to, and when. */
    volatile CompletableFuture<TerminationReport> termination =
            CompletableFuture.completedFuture(new TerminationReport(1, 0));

    /** More labels of the agent's. */
    final Map<String, String> labels = new ConcurrentHashMap<>();

    private final ProjectId project;
    private final ExecutionId execution;

    FakeCustodian(ProjectId project, ExecutionId execution) {
        this.project = project;
        this.execution = execution;
    }

    @Override
    public List<CustodyRecord> records() {
        return List.of(agent("agent-1", labels()), agent("stray", Map.of()));
    }

    private Map<String, String> labels() {
        Map<String, String> all = new HashMap<>(labels);
        all.put(AgentExecutor.LABEL_PROJECT, project.toString());
        all.put(AgentExecutor.LABEL_EXECUTION, execution.toString());
        return all;
    }

    private static CustodyRecord agent(String id, Map<String, String> labels) {
        return new CustodyRecord(id, 1, Instant.EPOCH, true, Optional.empty(), 0, labels);
    }

    @Override
    public CompletionStage<TerminationReport> terminate(String agentId, TerminationPlan plan) {
        calls.add("terminate " + agentId);
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("custody is just being replaced");
        }
        return termination;
    }

    @Override
    public void release(String agentId) {
        calls.add("release " + agentId);
    }

    @Override
    public TerminationReport sweep() {
        calls.add("sweep");
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("custody is just being replaced");
        }
        return new TerminationReport(0, 0);
    }

    @Override
    public CustodyRecord launch(ProcessSpec spec) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Path files(String agentId) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<CustodyRecord> find(String agentId) {
        return records().stream()
                .filter(agent -> agent.agentId().equals(agentId))
                .findFirst();
    }

    @Override
    public void label(String agentId, Map<String, String> labels) {
        throw new AssertionError("not asked for");
    }

    @Override
    public boolean send(String agentId, long number, Content message) {
        throw new AssertionError("not asked for");
    }

    @Override
    public long nextNumber(String agentId) {
        throw new AssertionError("not asked for");
    }

    @Override
    public void endInput(String agentId) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Tail tail(String agentId, long offset, OutputConsumer consumer) {
        throw new AssertionError("not asked for");
    }

    @Override
    public void interrupt(String agentId) {
        throw new AssertionError("not asked for");
    }

    @Override
    public CustodyCounts counts() {
        throw new AssertionError("not asked for");
    }
}
