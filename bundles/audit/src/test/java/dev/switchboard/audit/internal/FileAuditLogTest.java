package dev.switchboard.audit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.switchboard.audit.AuditActor;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.logging.LogContext;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileAuditLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-04T05:06:07.089012Z"), ZoneOffset.UTC);
    private static final AuditActor ALICE = AuditActor.client(
            Optional.of(new Principal("id-1", "alice", Role.OPERATOR, Optional.empty())), "192.0.2.7");

    @TempDir
    Path data;

    private final Live configuration = new Live();
    private Path file;
    private FileAuditLog log;

    /** A configuration that a test changes. */
    private static final class Live implements Configuration {
        private final List<Consumer<Settings>> listeners = new ArrayList<>();
        private Settings settings = Settings.defaults();

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

        void change(Settings next) {
            settings = next;
            listeners.forEach(listener -> listener.accept(next));
        }
    }

    @BeforeEach
    void open() {
        configuration.settings = Settings.defaults().with(ServerSettings.DATA_DIR, data.toString());
        file = data.resolve("audit").resolve(AuditFiles.CURRENT);
        log = new FileAuditLog(configuration, CLOCK);
    }

    @AfterEach
    void close() {
        log.deactivate();
    }

    private List<JsonNode> records() {
        log.deactivate(); // has written everything when it returns
        try {
            List<JsonNode> records = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                records.add(JSON.readTree(line));
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited too long");
            Thread.sleep(5);
        }
    }

    @Test
    @DisplayName("H3 a record tells when, what, who, from where, about what, and what came of it; not the prompt")
    void tellsAll() {
        ProjectId project = ProjectId.random();
        ExecutionId execution = ExecutionId.random();
        LogContext.NONE.withSession("s").withCorrelation("42").run(() -> {
            log.record(AuditRecord.of("execute", ALICE)
                    .about(Optional.of(project))
                    .run(Optional.of(execution))
                    .asking(Optional.of("the prompt")));
            log.record(AuditRecord.of("permission_response", ALICE)
                    .with("tool_name", "Bash")
                    .with("decision", "allow")
                    .failed(ErrorCode.VALIDATION_FAILED));
        });
        List<JsonNode> records = records();
        assertEquals("audit_start", records.get(0).path("action").asText());
        assertEquals(
                "{\"at\":\"2026-03-04T05:06:07.089012Z\",\"action\":\"execute\",\"by\":\"alice\",\"token\":\"id-1\","
                        + "\"from\":\"192.0.2.7\",\"correlation\":\"42\",\"session\":\"s\",\"project\":\"" + project
                        + "\",\"execution\":\"" + execution + "\",\"outcome\":\"ok\"}",
                records.get(1).toString());
        assertEquals("VALIDATION_FAILED", records.get(2).path("outcome").asText());
        assertEquals(
                "{\"tool_name\":\"Bash\",\"decision\":\"allow\"}",
                records.get(2).path("details").toString());
        assertEquals("audit_stop", records.get(3).path("action").asText());
    }

    @Test
    @DisplayName("H3 with audit.prompts the prompt is there too")
    void keepsPromptsIfAsked() {
        configuration.change(configuration.settings.with(ServerSettings.AUDIT_PROMPTS, true));
        log.record(AuditRecord.of("execute", ALICE).asking(Optional.of("the prompt")));
        assertEquals("the prompt", records().get(2).path("prompt").asText());
    }

    @Test
    @DisplayName("H3 whatever somebody is called: a record is one line of printable ASCII, and says it all")
    void cannotBeForged() throws IOException {
        String evil = "x\n{\"action\":\"forged\"}\u001B[2J\u007F\u009B\u2028\u202Eé😀\"";
        log.record(AuditRecord.of("execute", AuditActor.shell(evil)).with("name", evil));
        JsonNode entry = records().get(1);
        assertEquals("shell:" + evil, entry.path("by").asText());
        assertEquals(evil, entry.path("details").path("name").asText());
        assertTrue(Files.readString(file).matches("([ -~]+\n){3}"), "printable ASCII, and as many lines as records");
    }

    @Test
    @DisplayName("H3 a detail that is longer than any name is cut")
    void boundsDetails() {
        log.record(AuditRecord.of("project_create", ALICE).with("path", "x".repeat(100_000)));
        assertEquals(
                1025, records().get(1).path("details").path("path").asText().length());
    }

    @Test
    @DisplayName(
            "H3 H4 changes of the configuration are recorded by key; switching the log off is the last that it tells")
    void recordsConfiguration() {
        configuration.change(configuration.settings.with(ServerSettings.LIMITS_PROJECTS, 7));
        configuration.change(configuration.settings.with(ServerSettings.AUDIT_ENABLED, false));
        log.record(AuditRecord.of("execute", ALICE));
        configuration.change(configuration.settings.with(ServerSettings.LIMITS_PROJECTS, 8));
        List<JsonNode> records = records();
        assertEquals(3, records.size(), records::toString);
        assertEquals(
                "{\"keys\":\"limits.projects\"}", records.get(1).path("details").toString());
        assertEquals(
                "{\"keys\":\"audit.enabled\"}", records.get(2).path("details").toString());
    }

    @Test
    @DisplayName("M5 H1 what cannot be written stops nobody, health tells of it, and the log does once it can")
    void outlivesFullDisk() throws Exception {
        log.record(AuditRecord.of("before", ALICE));
        await(() -> Files.exists(file));
        await(() -> lines() == 2);
        Path taken = Files.move(data.resolve("audit"), data.resolve("taken"));
        Path obstacle = Files.createFile(data.resolve("audit"));
        // One, so that nothing is tried any more when health tells: the directory would be made anew.
        log.record(AuditRecord.of("lost", ALICE));
        await(() -> log.execute().getStatus() == Result.Status.WARN);
        Files.delete(obstacle);
        Files.move(taken, data.resolve("audit"));
        log.record(AuditRecord.of("after", ALICE));
        await(() -> log.execute().isOk());
        List<JsonNode> records = records();
        List<String> actions =
                records.stream().map(entry -> entry.path("action").asText()).toList();
        int told = actions.indexOf("records_lost");
        assertTrue(told > 0, actions::toString);
        assertEquals("1", records.get(told).path("details").path("count").asText());
        assertEquals(List.of("after", "audit_stop"), actions.subList(actions.size() - 2, actions.size()));
    }

    private long lines() {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("H3 H4 files end, and the oldest go, at the sizes that hold then")
    void boundsFiles() throws Exception {
        configuration.change(configuration
                .settings
                .with(ServerSettings.AUDIT_ROTATE_BYTES, 4096L)
                .with(ServerSettings.AUDIT_RETAIN_BYTES, 12_288L));
        for (int wave = 0; wave < 30; wave++) {
            int number = wave;
            log.record(AuditRecord.of("wave" + number, ALICE).with("text", "x".repeat(1000)));
            await(() -> content().contains("wave" + number + "\""));
        }
        log.deactivate();
        try (Stream<Path> files = Files.list(file.getParent())) {
            List<Path> all = files.toList();
            assertTrue(all.size() >= 3 && all.size() <= 4, all::toString);
            for (Path one : all) {
                assertTrue(Files.size(one) <= 4096, one + " " + Files.size(one));
            }
        }
    }

    private String content() {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return ""; // just being moved away
        }
    }

    @Test
    @DisplayName("H3 H4 a file that is too old goes by itself, after as many days as hold then")
    void removesWhatIsTooOld() throws Exception {
        log.deactivate();
        Path old = Files.writeString(file.resolveSibling("audit_20260101T000000.000Z.jsonl"), "{}\n");
        Files.setLastModifiedTime(old, FileTime.from(CLOCK.instant().minus(Duration.ofDays(8))));
        log = new FileAuditLog(configuration, CLOCK);
        log.record(AuditRecord.of("default", ALICE));
        await(() -> content().contains("default"));
        assertTrue(Files.exists(old));
        log.deactivate();
        configuration.settings = configuration.settings.with(ServerSettings.AUDIT_RETAIN_DAYS, 7);
        log = new FileAuditLog(configuration, CLOCK);
        await(() -> !Files.exists(old));
    }

    @Test
    @DisplayName("H3 a writer that does not keep up makes nobody wait, and says how many records are missing")
    void neverWaits() throws Exception {
        AuditFiles files = new AuditFiles(data.resolve("other"), CLOCK);
        AuditWriter writer = new AuditWriter(files, () -> new AuditFiles.Bounds(1 << 30, 0, 0), CLOCK);
        byte[] line = "{\"action\":\"x\"}\n".getBytes();
        for (int i = 0; i < 5000; i++) {
            writer.write(line); // nobody writes yet
        }
        assertTrue(writer.isLosing());
        writer.start();
        await(() -> !writer.isLosing());
        writer.close();
        List<String> lines = Files.readAllLines(data.resolve("other").resolve(AuditFiles.CURRENT));
        assertEquals(4097, lines.size());
        assertEquals(
                "904", JSON.readTree(lines.get(0)).path("details").path("count").asText());
    }
}
