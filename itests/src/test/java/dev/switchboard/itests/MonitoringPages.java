package dev.switchboard.itests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docs/monitoring} says: metrics, configuration of Prometheus, dashboard and alerts. */
final class MonitoringPages {
    static final Path DIRECTORY = Path.of("..", "docs", "monitoring");
    static final Path ALERTS = DIRECTORY.resolve("alerts.yml");

    private static final Pattern ROW =
            Pattern.compile("\\| `(\\w+)` \\| (counter|gauge|histogram|summary) \\| (.*?) ?\\| .+ \\|");
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern METRIC = Pattern.compile("\\b(?:switchboard|jvm|process|system)_[a-z0-9_]+\\b");
    /** What Grafana puts in for its variables. */
    private static final Map<String, String> VARIABLES = Map.of("$instance", ".*", "$__rate_interval", "10s");

    private MonitoringPages() {}

    private static String page() throws IOException {
        return Files.readString(DIRECTORY.resolve("README.md"));
    }

    /** Each metric's kind and the names of its labels, as {@link Scrape#metrics}. */
    static Map<String, String> table() throws IOException {
        Map<String, String> metrics = new TreeMap<>();
        page().lines().map(ROW::matcher).filter(Matcher::matches).forEach(row -> {
            Set<String> labels = new TreeSet<>();
            Arrays.stream(row.group(3).replace("`", "").split(", *"))
                    .filter(label -> !label.isEmpty())
                    .forEach(labels::add);
            metrics.put(row.group(1), row.group(2) + " " + labels);
        });
        return metrics;
    }

    /** The configuration of Prometheus that the page shows. */
    static String configuration() throws IOException {
        Matcher block = YAML.matcher(page());
        if (!block.find()) {
            throw new AssertionError("the page shows no configuration");
        }
        return block.group(1);
    }

    static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(DIRECTORY.resolve("dashboard.json").toFile());
    }

    /** Every query of the dashboard by the title of its panel, as Grafana sends it. */
    static Map<String, List<String>> queries() throws IOException {
        Map<String, List<String>> queries = new TreeMap<>();
        for (JsonNode panel : dashboard().get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                String query = target.path("expr").asText();
                for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
                    query = query.replace(variable.getKey(), variable.getValue());
                }
                queries.computeIfAbsent(panel.path("title").asText(), title -> new ArrayList<>())
                        .add(query);
            }
        }
        return queries;
    }

    /** The expression of each alert. */
    static Map<String, String> alerts() throws IOException {
        Map<String, String> alerts = new TreeMap<>();
        for (JsonNode group :
                new ObjectMapper(new YAMLFactory()).readTree(ALERTS.toFile()).get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                alerts.put(rule.get("alert").asText(), rule.get("expr").asText());
            }
        }
        return alerts;
    }

    /** The metrics that an expression asks for, without what histograms and summaries add to their names. */
    static List<String> metricsOf(String expression, Set<String> known) {
        return METRIC.matcher(expression)
                .results()
                .map(MatchResult::group)
                .map(name -> known.contains(name) ? name : name.replaceFirst("_(bucket|count|sum)$", ""))
                .toList();
    }
}
