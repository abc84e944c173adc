package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} said at one moment, in Prometheus's text format. */
final class Scrape {
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\w+) (\\w+)");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(\\{.*})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String text;
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Map<String, String> kinds = new TreeMap<>();
    private final Map<String, Set<String>> labels = new TreeMap<>();

    private Scrape(String text) {
        this.text = text;
        text.lines().forEach(this::read);
    }

    /** Asks a server, with the admin token. */
    static Scrape of(Server server) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.http("/metrics"))
                .header("Authorization", "Bearer " + server.token())
                .build();
        var response = HTTP.send(request, BodyHandlers.ofString());
        assertEquals(200, response.statusCode(), response.body());
        return new Scrape(response.body());
    }

    private void read(String line) {
        Matcher type = TYPE.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (type.matches()) {
            kinds.put(type.group(1), type.group(2));
            labels.put(type.group(1), new TreeSet<>());
        } else if (sample.matches()) {
            String named = sample.group(2) == null ? "" : sample.group(2);
            samples.put(sample.group(1) + named, Double.parseDouble(sample.group(3)));
            Set<String> known = labels.get(metricOf(sample.group(1)));
            LABEL.matcher(named).results().forEach(label -> known.add(label.group(1)));
            known.removeAll(Set.of("le", "quantile"));
        } else if (!line.startsWith("# HELP ")) {
            fail("a line that is none of a scrape: " + line);
        }
    }

    private String metricOf(String sample) {
        return kinds.containsKey(sample) ? sample : sample.replaceFirst("_(bucket|count|sum)$", "");
    }

    String text() {
        return text;
    }

    /** The value of a sample, named with its labels in the order of their names. */
    double get(String sample) {
        Double value = samples.get(sample);
        return value != null ? value : fail("no such sample: " + sample + "\n" + text);
    }

    /** By how much a sample is more than it was; one that was not there was 0. */
    double since(Scrape before, String sample) {
        return get(sample) - before.samples.getOrDefault(sample, 0.0);
    }

    /** Each metric's kind and the names of its labels. */
    Map<String, String> metrics() {
        Map<String, String> metrics = new TreeMap<>();
        kinds.forEach((name, kind) -> metrics.put(name, kind + " " + labels.get(name)));
        return metrics;
    }
}
