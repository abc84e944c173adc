package dev.switchboard.metrics.internal;

import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.internal.Figure.Kind;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Takes what one source gives, and passes over what cannot be published. Used by one thread. */
final class CheckingSink implements MetricSink {
    private static final String PREFIX = "switchboard_";
    private static final String TOTAL = "_total";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    /** A metric of such a name could be taken for a part of another one. */
    private static final Pattern RESERVED = Pattern.compile("(.*_)?(total|created|bucket|count|sum)");
    /** Labels that histograms and summaries have of themselves. */
    private static final Set<String> RESERVED_LABELS = Set.of("le", "quantile");

    private final List<Figure> figures = new ArrayList<>();
    private final BiConsumer<String, Trouble> dropped;

    /** @param dropped told of each figure that is passed over, by its name */
    CheckingSink(BiConsumer<String, Trouble> dropped) {
        this.dropped = dropped;
    }

    List<Figure> figures() {
        return figures;
    }

    @Override
    public void counter(String name, String help, Map<String, String> labels, double value) {
        if (!name.endsWith(TOTAL)) {
            dropped.accept(name, Trouble.NAME);
        } else if (!(value >= 0) || Double.isInfinite(value)) {
            dropped.accept(name, Trouble.VALUE);
        } else {
            String base = name.substring(0, name.length() - TOTAL.length());
            add(Kind.COUNTER, base, help, labels, value, null);
        }
    }

    @Override
    public void gauge(String name, String help, Map<String, String> labels, double value) {
        add(Kind.GAUGE, name, help, labels, value, null);
    }

    @Override
    public void histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
        List<Double> bounds = distribution.bounds();
        boolean ascending = true;
        for (int i = 1; i < bounds.size(); i++) {
            ascending &= bounds.get(i - 1) < bounds.get(i);
        }
        boolean counted = distribution.counts().stream().allMatch(count -> count >= 0);
        if (!ascending || !counted || bounds.stream().anyMatch(bound -> !Double.isFinite(bound))) {
            dropped.accept(name, Trouble.VALUE);
        } else {
            add(Kind.HISTOGRAM, name, help, labels, 0, distribution);
        }
    }

    private void add(
            Kind kind, String name, String help, Map<String, String> labels, double value, Distribution distribution) {
        if (!NAME.matcher(name).matches() || RESERVED.matcher(name).matches()) {
            dropped.accept(name, Trouble.NAME);
        } else if (help.isBlank() || !labels.keySet().stream().allMatch(CheckingSink::isLabel)) {
            dropped.accept(name, Trouble.TEXT);
        } else {
            figures.add(new Figure(kind, PREFIX + name, help, labels(labels), value, distribution));
        }
    }

    private static boolean isLabel(String name) {
        return NAME.matcher(name).matches() && !RESERVED_LABELS.contains(name);
    }

    private static Labels labels(Map<String, String> labels) {
        Map<String, String> sorted = new TreeMap<>(labels);
        return Labels.of(List.copyOf(sorted.keySet()), List.copyOf(sorted.values()));
    }
}
