package dev.switchboard.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.metrics.MetricSource;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("H2 /metrics")
class MetricsResourceTest {
    private static final String PROMETHEUS = "application/openmetrics-text;version=1.0.0,"
            + "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final LiveSettings settings = new LiveSettings();
    private final MetricsResource resource = new MetricsResource(settings, "1.2.3");

    /** Settings that a test changes. */
    private static final class LiveSettings implements Configuration {
        private volatile Settings present = Settings.defaults();

        @Override
        public Settings settings() {
            return present;
        }

        @Override
        public Registration onChange(Consumer<Settings> listener) {
            return () -> {};
        }

        @Override
        public List<String> problems() {
            return List.of();
        }
    }

    @AfterEach
    void close() {
        resource.deactivate();
    }

    private HttpReply get(String address, Optional<Principal> principal, Map<String, String> headers) {
        return resource.handle(new HttpQuery("GET", "/metrics", Map.of(), headers, address, principal));
    }

    private HttpReply get(String accept) {
        return get("127.0.0.1", Optional.of(viewer(Optional.empty())), Map.of("accept", accept));
    }

    private static Principal viewer(Optional<Set<ProjectId>> projects) {
        return new Principal("t1", "prometheus", Role.VIEWER, projects);
    }

    private static String body(HttpReply reply) {
        return new String(reply.body().toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("C5 it is for viewers, and decides itself about who has no token")
    void isForViewers() {
        assertEquals("/metrics", resource.path());
        assertEquals(new HttpAccess(Optional.of(Role.VIEWER), true, false), resource.access());
    }

    @Test
    @DisplayName("C5 without a token: 401, but for listed addresses, as they are listed at that moment")
    void isOpenToListedAddresses() {
        HttpReply refused = get("192.0.2.7", Optional.empty(), Map.of());
        assertEquals(401, refused.status());
        assertEquals("Bearer", refused.headers().get("WWW-Authenticate"));
        assertFalse(body(refused).contains("jvm_"));

        settings.present =
                Settings.defaults().withText(ServerSettings.METRICS_OPEN_FROM, "192.0.2.0/29, 2001:db8::/32");
        assertEquals(200, get("192.0.2.7", Optional.empty(), Map.of()).status());
        assertEquals(401, get("192.0.2.8", Optional.empty(), Map.of()).status());
        assertEquals(
                200, get("2001:db8:0:0:0:0:0:1", Optional.empty(), Map.of()).status());
        assertEquals(401, get("127.0.0.1", Optional.empty(), Map.of()).status());
        assertEquals(401, get("unknown", Optional.empty(), Map.of()).status());
    }

    @Test
    @DisplayName("C5 a token that may see no project is good enough: no figure is about one")
    void takesALimitedToken() {
        assertEquals(
                200,
                get("192.0.2.7", Optional.of(viewer(Optional.of(Set.of()))), Map.of())
                        .status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*|" + TEXT,
                "text/plain;version=0.0.4|" + TEXT,
                "text/html|" + TEXT,
                PROMETHEUS + '|' + OPEN_METRICS
            })
    @DisplayName("the format is the one that is asked for")
    void negotiates(String accept, String type) {
        HttpReply reply = get(accept);
        assertEquals(type, reply.contentType());
        assertEquals(type.equals(OPEN_METRICS), body(reply).endsWith("# EOF\n"));
    }

    @Test
    @DisplayName("without Accept it is text")
    void needsNoAccept() {
        assertEquals(
                TEXT,
                get("::1", Optional.of(viewer(Optional.empty())), Map.of()).contentType());
    }

    @Test
    @DisplayName("sources come and go")
    void asksItsSources() {
        assertTrue(body(get("*/*")).contains("\nswitchboard_build_info{version=\"1.2.3\"} 1.0\n"));
        MetricSource source = sink -> sink.counter("frames_total", "Frames.", Map.of(), 5);
        resource.addSource(source);
        assertTrue(body(get("*/*")).contains("\nswitchboard_frames_total 5.0\n"));
        resource.removeSource(source);
        assertFalse(body(get("*/*")).contains("switchboard_frames_total"));
    }

    @Test
    @DisplayName("memory, threads, classes, processor, files, uptime and collections of garbage of the Java machine")
    void measuresTheMachine() throws IOException, InterruptedException {
        long before = collections();
        System.gc();
        assertTrue(collections() > before, "the machine collects when it is told to");
        long deadline = System.nanoTime() + 10_000_000_000L; // it tells of collections a little later
        String text = body(get("*/*"));
        while (!text.contains("jvm_gc_pause_seconds_count") && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            text = body(get("*/*"));
        }
        for (String name : List.of(
                "jvm_info{",
                "jvm_memory_used_bytes{",
                "jvm_gc_pause_seconds_count{",
                "jvm_threads_live_threads ",
                "jvm_classes_loaded_classes ",
                "process_cpu_seconds_total ",
                "process_cpu_usage ",
                "system_cpus ",
                "process_files_open_files ",
                "process_uptime_seconds ")) {
            assertTrue(text.contains("\n" + name), () -> "missing: " + name);
        }
        assertFalse(text.contains("process_cpu_time_ns"));
        assertFalse(text.contains("system_cpu_count"));
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(bean -> bean.getCollectionCount())
                .sum();
    }
}
