package dev.switchboard.executor.claude.internal;

import dev.switchboard.metrics.MetricSink;
import java.util.HashMap;
import java.util.Map;

/** Keeps figures by name. */
final class FigureSink implements MetricSink {
    final Map<String, Double> values = new HashMap<>();

    @Override
    public void counter(String name, String help, Map<String, String> labels, double value) {
        values.put(name, value);
    }

    @Override
    public void gauge(String name, String help, Map<String, String> labels, double value) {
        values.put(name, value);
    }

    @Override
    public void histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
        throw new UnsupportedOperationException();
    }
}
