package dev.switchboard.execution.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.Settings;
import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.message.LogHead;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ExecutionFiguresTest {
    @Test
    @DisplayName("H2 runs and how long they took by outcome, queues, questions and states of projects")
    void figures() {
        Admission admission = new Admission(Configuration.of(Settings.defaults()));
        admission.acquire().begin();
        Admission.Permit ended = admission.acquire();
        ended.begin();
        ended.release(Result.TIMED_OUT, Duration.ofMillis(1500));
        Map<String, String> figures = new TreeMap<>();
        new ExecutionFigures(admission, List.of(status(ProjectState.ERROR), status(ProjectState.ERROR)))
                .collect(new MetricSink() {
                    @Override
                    public void counter(String name, String help, Map<String, String> labels, double value) {
                        figures.put(name + labels, "counter " + value);
                    }

                    @Override
                    public void gauge(String name, String help, Map<String, String> labels, double value) {
                        figures.put(name + labels, "gauge " + value);
                    }

                    @Override
                    public void histogram(
                            String name, String help, Map<String, String> labels, Distribution distribution) {
                        long count = distribution.counts().stream()
                                .mapToLong(each -> each)
                                .sum();
                        figures.put(name + labels, "histogram " + count + " " + distribution.sum());
                    }
                });
        assertEquals("""
                execution_duration_seconds{outcome=completed}=histogram 0 0.0
                execution_duration_seconds{outcome=failed}=histogram 0 0.0
                execution_duration_seconds{outcome=interrupted}=histogram 0 0.0
                execution_duration_seconds{outcome=killed}=histogram 0 0.0
                execution_duration_seconds{outcome=timed_out}=histogram 1 1.5
                executions_active{}=gauge 1.0
                executions_queued{}=gauge 0.0
                executions_total{}=counter 2.0
                permission_questions_open{}=gauge 0.0
                projects{state=error}=gauge 2.0
                projects{state=executing}=gauge 0.0
                projects{state=idle}=gauge 0.0""", figures.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n")));
    }

    private static ProjectStatus status(ProjectState state) {
        Instant now = Instant.EPOCH;
        Project project = new Project(
                ProjectId.random(),
                "/p",
                Path.of("/p"),
                Optional.empty(),
                "claude",
                Optional.empty(),
                now,
                now,
                Optional.empty(),
                Map.of());
        return new ProjectStatus(
                project, state, Optional.empty(), new LogHead(new UUID(0, 0), 1, 0), List.of(), Optional.empty());
    }
}
