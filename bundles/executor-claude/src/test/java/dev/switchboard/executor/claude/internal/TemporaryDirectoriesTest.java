package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.cleanup.CleanupReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("X4 each CLI has temporary files of its own, and they go when it has gone")
class TemporaryDirectoriesTest {
    private static final String AGENT = "0123abcd-4567-89ab-cdef-0123456789ab";
    private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");

    @TempDir
    private Path root;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(root);
    }

    @AfterEach
    void close() throws InterruptedException {
        bench.close();
    }

    private Path parent() {
        return root.resolve("t");
    }

    private TemporaryDirectories directories() {
        return new TemporaryDirectories(parent(), root.resolve("data").toString());
    }

    private List<Path> present() throws IOException {
        try (Stream<Path> entries = Files.list(parent())) {
            return entries.sorted().toList();
        }
    }

    private Path make(TemporaryDirectories directories, String agent) throws IOException {
        return Path.of(directories.make(agent).get(TemporaryDirectories.VARIABLE));
    }

    /** As if nothing had happened in it for so long. */
    private static void age(Path directory, Duration age) throws IOException {
        Files.setLastModifiedTime(directory, FileTime.from(NOW.minus(age)));
    }

    private CleanupReport cleanUp(boolean dryRun) throws IOException {
        return new TemporaryFilesCleanup(bench.custodian, directories()).run(NOW, dryRun);
    }

    @Test
    @DisplayName("X4 a CLI is told of its directory, which is there while it works and gone once it has been released")
    void isThereForTheCli() throws Exception {
        TurnRecorder recorder = new TurnRecorder();
        bench.executor.launch(bench.launch("[[env CLAUDE_CODE_TMPDIR]] [[slow lines=2 every=50ms]]"), recorder);
        recorder.end();
        String told = String.join("\n", recorder.lines());
        assertTrue(told.contains(parent() + "/switchboard-"), told);
        bench.awaitEmpty();
        TurnRecorder.eventually("it is gone", () -> parent().toFile().list().length == 0);
    }

    @Test
    void isForTheServersUserOnlyAndShortEnoughForSockets() throws IOException {
        Path directory = make(directories(), AGENT);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        Path tooDeep = Files.createDirectories(parent().resolve("d".repeat(60)));
        assertEquals(Map.of(), new TemporaryDirectories(tooDeep, "/data").make(AGENT), "the CLI does as it did before");
    }

    @Test
    void whereNoneCanBeMadeTheAgentGoesWithout() throws IOException {
        assertEquals(Map.of(), new TemporaryDirectories(parent().resolve("gone"), "/d").make(AGENT));
        make(directories(), AGENT);
        assertEquals(Map.of(), directories().make(AGENT), "whoever made what is there, it is not this agent's");
    }

    @Test
    void isRemovedWithAllThatIsInItAndNothingThatALinkNames() throws IOException {
        Path outside = Files.writeString(root.resolve("outside"), "keep");
        Path directory = make(directories(), AGENT);
        Files.createDirectories(directory.resolve("claude-0/tasks"));
        Files.writeString(directory.resolve("claude-0/tasks/1.output"), "x");
        Files.createSymbolicLink(directory.resolve("claude-0/link"), root);
        directories().remove(AGENT);
        assertEquals(List.of(), present());
        assertTrue(Files.exists(outside));
        directories().remove(AGENT);
    }

    @Test
    @DisplayName(
            "X4 the cleanup removes what agents left that are not in custody any more, when it has rested for an hour")
    void isCleanedUp() throws IOException {
        Path old = make(directories(), AGENT);
        Files.writeString(old.resolve("claude-1-cwd"), "/");
        age(old, Duration.ofMinutes(61));
        Path young = make(directories(), "11111111-1111-1111-1111-111111111111");
        age(young, Duration.ofMinutes(59));
        assertEquals(CleanupReport.removed("agent_temporary_directory", List.of(old.toString())), cleanUp(true));
        assertEquals(List.of(old, young), present(), "a dry run removes nothing");
        assertEquals(CleanupReport.removed("agent_temporary_directory", List.of(old.toString())), cleanUp(false));
        assertEquals(List.of(young), present());
        assertEquals(CleanupReport.removed("agent_temporary_directory", List.of()), cleanUp(false));
    }

    @Test
    @DisplayName("X4 the cleanup touches neither a living agent's files, nor another instance's, nor anybody else's")
    void leavesOthersAlone() throws Exception {
        TurnRecorder recorder = new TurnRecorder();
        var turn = bench.executor.launch(bench.launch("[[slow lines=6000 every=20ms]]"), recorder);
        Path living = present().get(0);
        age(living, Duration.ofDays(2));
        Path other = make(new TemporaryDirectories(parent(), "/another/data"), AGENT);
        age(other, Duration.ofDays(2));
        Path link = Files.createSymbolicLink(
                parent().resolve(living.getFileName().toString().substring(0, 21) + "link"), root);
        assertEquals(List.of(), cleanUp(false).removed());
        assertTrue(Files.exists(living) && Files.exists(other) && Files.isSymbolicLink(link));
        turn.kill();
        recorder.end();
        bench.awaitEmpty();
        TurnRecorder.eventually("it goes with its agent", () -> !Files.exists(living));
        assertFalse(Files.exists(living));
    }
}
