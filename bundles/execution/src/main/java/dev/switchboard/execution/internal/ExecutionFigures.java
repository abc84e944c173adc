package dev.switchboard.execution.internal;

import dev.switchboard.execution.ExecutionOutcome.Result;
import dev.switchboard.execution.ExecutionService.ExecutionStats;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.metrics.MetricSink;
import dev.switchboard.project.ProjectState;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** What projects and runs come to at this moment. */
record ExecutionFigures(Admission admission, Collection<ProjectStatus> projects) {
    void collect(MetricSink sink) {
        ExecutionStats stats = admission.stats();
        sink.gauge("executions_active", "Runs that are active.", Map.of(), stats.active());
        sink.gauge(
                "executions_queued",
                "Runs that wait in their projects' queues.",
                Map.of(),
                projects.stream().mapToInt(project -> project.queue().size()).sum());
        sink.gauge(
                "permission_questions_open",
                "Questions of agents that wait for an answer.",
                Map.of(),
                projects.stream()
                        .mapToInt(project -> project.pendingPermissions().size())
                        .sum());
        sink.counter("executions_total", "Runs that began.", Map.of(), stats.total());
        for (Result outcome : Result.values()) {
            sink.histogram(
                    "execution_duration_seconds",
                    "How long runs took that ended, by how they ended.",
                    Map.of("outcome", name(outcome)),
                    admission.durations(outcome));
        }
        for (ProjectState state : ProjectState.values()) {
            sink.gauge(
                    "projects",
                    "Projects that there are, by their state.",
                    Map.of("state", name(state)),
                    projects.stream()
                            .filter(project -> project.state() == state)
                            .count());
        }
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
