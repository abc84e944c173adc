package dev.switchboard.cleanup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.cleanup.CleanupReport;
import dev.switchboard.cleanup.CleanupReport.Item;
import dev.switchboard.cleanup.CleanupRun;
import dev.switchboard.cleanup.CleanupTask;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.metrics.MetricSink;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H5 what is left behind is looked for now and then")
class ScheduledCleanupTest {
    private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");

    private final ManualTimer timer = new ManualTimer();
    private final EditedConfiguration configuration = new EditedConfiguration();
    private final ScheduledCleanup cleanup =
            new ScheduledCleanup(configuration, Clock.fixed(NOW, ZoneOffset.UTC), timer);
    private final CleanupHealth health = new CleanupHealth(cleanup);
    private final FakeTask task = new FakeTask("files");

    private static final class EditedConfiguration implements Configuration {
        private final List<Consumer<Settings>> listeners = new ArrayList<>();
        private Settings settings = Settings.defaults();

        void hours(int hours) {
            settings = settings.with(ServerSettings.CLEANUP_HOURS, hours);
            listeners.forEach(listener -> listener.accept(settings));
        }

        @Override
        public Settings settings() {
            return settings;
        }

        @Override
        public Registration onChange(Consumer<Settings> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public List<String> problems() {
            return List.of();
        }
    }

    private static final class FakeTask implements CleanupTask {
        private final String name;
        final List<Boolean> dryRuns = new ArrayList<>();
        CleanupReport report = new CleanupReport(
                List.of(new Item("file", "/a"), new Item("file", "/b")), List.of(new Item("quarantined", "/q")));
        Optional<IOException> failure = Optional.empty();

        FakeTask(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public CleanupReport run(Instant now, boolean dryRun) throws IOException {
            assertEquals(NOW, now);
            dryRuns.add(dryRun);
            if (failure.isPresent()) {
                throw failure.get();
            }
            return report;
        }
    }

    @Test
    @DisplayName(
            "H5 H4 first ten minutes after the start, then every cleanup.hours; a change plans anew, 0 plans nothing")
    void followsItsSetting() {
        cleanup.tasks = List.of(task);
        assertEquals(List.of(Duration.ofMinutes(10)), timer.delays());
        timer.fire();
        assertEquals(List.of(false), task.dryRuns);
        assertEquals(List.of(Duration.ofHours(24)), timer.delays());
        configuration.hours(2);
        assertEquals(List.of(Duration.ofHours(2)), timer.delays());
        timer.fire();
        assertEquals(List.of(Duration.ofHours(2)), timer.delays());
        configuration.hours(0);
        assertEquals(List.of(), timer.delays());
        assertEquals(2, task.dryRuns.size());
        configuration.hours(1);
        assertEquals(List.of(Duration.ofHours(1)), timer.delays());
        cleanup.deactivate();
        assertTrue(timer.closed && configuration.listeners.isEmpty());
    }

    @Test
    void aChangeOfSomethingElsePlansNothingAnew() {
        configuration.hours(24);
        assertEquals(List.of(ScheduledCleanup.FIRST), timer.delays());
    }

    @Test
    void withoutAPeriodItRunsWhenToldTo() {
        configuration.hours(0);
        cleanup.tasks = List.of(task);
        assertEquals(2, cleanup.run(false).removed());
        assertEquals(List.of(), timer.delays());
    }

    @Test
    void aTaskThatFailsIsSaidAndKeepsNoOtherFromRunning() {
        FakeTask broken = new FakeTask("logs");
        broken.failure = Optional.of(new IOException("no"));
        cleanup.tasks = List.of(broken, task);
        CleanupRun run = cleanup.run(false);
        assertEquals(Set.of("logs"), run.failures().keySet());
        assertEquals(Map.of("files", task.report), run.reports());
        Result result = health.execute();
        assertEquals(Result.Status.WARN, result.getStatus());
        assertTrue(result.iterator().next().getMessage().startsWith("the last cleanup of logs failed;"));
        broken.failure = Optional.empty();
        cleanup.run(false);
        assertEquals(Result.Status.OK, health.execute().getStatus());
    }

    @Test
    void aDryRunIsTheCallersOnly() {
        cleanup.tasks = List.of(task);
        CleanupRun run = cleanup.run(true);
        assertTrue(run.dryRun());
        assertEquals(List.of(true), task.dryRuns);
        assertEquals(Optional.empty(), cleanup.last());
        assertEquals(Map.of("removed", 0, "left", 0), health.figures());
        assertEquals(
                Map.of(
                        "cleanup_runs_total{}", 0.0,
                        "cleanup_failures_total{}", 0.0,
                        "cleanup_removed_total{}", 0.0,
                        "cleanup_left{}", 0.0),
                metrics());
    }

    @Test
    void healthAndMetricsTellWhatItCameTo() {
        FakeTask broken = new FakeTask("logs");
        broken.failure = Optional.of(new IOException("no"));
        cleanup.tasks = List.of(task, broken);
        cleanup.run(false);
        task.report = new CleanupReport(List.of(new Item("file", "/c")), List.of());
        cleanup.run(false);
        assertEquals(Map.of("last_run", "2026-11-29T08:00:00Z", "removed", 1, "left", 0), health.figures());
        assertEquals(
                Map.of(
                        "cleanup_runs_total{}", 2.0,
                        "cleanup_failures_total{}", 2.0,
                        "cleanup_removed_total{}", 3.0,
                        "cleanup_left{}", 0.0),
                metrics(),
                "what was left is left no more");
    }

    private Map<String, Double> metrics() {
        Map<String, Double> metrics = new TreeMap<>();
        cleanup.collect(new MetricSink() {
            @Override
            public void counter(String name, String help, Map<String, String> labels, double value) {
                metrics.put(name + labels, value);
            }

            @Override
            public void gauge(String name, String help, Map<String, String> labels, double value) {
                metrics.put(name + labels, value);
            }

            @Override
            public void histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
                throw new AssertionError(name);
            }
        });
        return metrics;
    }
}
