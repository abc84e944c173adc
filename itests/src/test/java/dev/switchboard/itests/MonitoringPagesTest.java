package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboard, alerts and configuration, as far as no server is needed; that the table of metrics is right, {@code MetricsIT} shows. */
class MonitoringPagesTest {
    /** Only these grow for ever, so that only of these there is a rate. */
    private static final Pattern RATE = Pattern.compile("(?:rate|increase)\\((\\w+)");

    @TempDir
    Path directory;

    @Test
    @DisplayName("H2 D3 every panel of the dashboard has a query and the chosen data source, and a place of its own")
    void dashboard() throws IOException {
        JsonNode dashboard = MonitoringPages.dashboard();
        assertEquals("switchboard", dashboard.get("uid").asText());
        Set<String> variables = new HashSet<>();
        dashboard
                .at("/templating/list")
                .forEach(variable -> variables.add(variable.get("name").asText()));
        assertEquals(Set.of("datasource", "instance"), variables);
        Set<Integer> ids = new HashSet<>();
        Set<String> places = new HashSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            String title = panel.path("title").asText();
            assertFalse(title.isBlank(), () -> panel.toString());
            assertTrue(ids.add(panel.get("id").asInt()), title);
            assertTrue(places.add(panel.at("/gridPos/x") + "," + panel.at("/gridPos/y")), title);
            if (!panel.get("type").asText().equals("row")) {
                assertEquals("${datasource}", panel.at("/datasource/uid").asText(), title);
                assertTrue(panel.path("targets").size() > 0, title);
                for (JsonNode target : panel.get("targets")) {
                    assertFalse(target.path("expr").asText().isBlank(), title);
                    assertEquals("${datasource}", target.at("/datasource/uid").asText(), title);
                }
            }
        }
    }

    @Test
    @DisplayName("H2 D3 dashboard and alerts ask only for metrics that there are, and for rates only of what grows")
    void asksForWhatThereIs() throws IOException {
        Map<String, String> table = MonitoringPages.table();
        Stream<String> dashboard = MonitoringPages.queries().values().stream().flatMap(List::stream);
        List<String> expressions = Stream.concat(dashboard, MonitoringPages.alerts().values().stream())
                .toList();
        assertTrue(expressions.size() > 60, expressions.size() + " expressions");
        for (String expression : expressions) {
            List<String> asked = MonitoringPages.metricsOf(expression, table.keySet());
            assertTrue(!asked.isEmpty() || expression.startsWith("up{"), expression);
            asked.forEach(metric -> assertTrue(table.containsKey(metric), metric + " in " + expression));
            RATE.matcher(expression).results().map(rate -> rate.group(1)).forEach(grows -> {
                String metric = MonitoringPages.metricsOf(grows, table.keySet()).get(0);
                assertFalse(table.get(metric).startsWith("gauge"), expression);
            });
        }
    }

    @Test
    @DisplayName("H2 D3 Prometheus takes the configuration and the alerts, and the alerts fire when they should")
    void alertsFire() throws Exception {
        SystemTool.assume("promtool", "--version");
        promtool("check", "rules", MonitoringPages.ALERTS.toString());
        Path configuration = Files.writeString(directory.resolve("prometheus.yml"), MonitoringPages.configuration());
        promtool("check", "config", "--syntax-only", configuration.toString());
        Path cases = directory.resolve("alerts.test.yml");
        Files.writeString(
                cases,
                Files.readString(Path.of("src/test/resources/alerts.test.yml"))
                        .replace("ALERTS", MonitoringPages.ALERTS.toRealPath().toString()));
        promtool("test", "rules", cases.toString());
    }

    private void promtool(String... arguments) throws Exception {
        Path output = directory.resolve("output");
        List<String> command =
                Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertEquals(0, process.waitFor(), () -> command + ":\n" + read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
