package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("what it writes and runs would be busy while another test's process, just forked, holds it open too")
class ClaudeProgramTest {
    private static final String ANSWER = "echo '2.1.330 (Claude Code)'";

    @TempDir
    Path directory;

    private final Queue<Runnable> background = new ArrayDeque<>();
    private Settings settings = Settings.defaults();
    private long now;
    private Path first;
    private Path second;
    private ClaudeProgram program;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        first = Files.createDirectory(directory.resolve("first"));
        second = Files.createDirectory(directory.resolve("second"));
        Map<String, String> environment = Map.of("PATH", first + "::" + second + ":/bin:/usr/bin");
        ProgramProbe probe = new ProgramProbe(() -> environment, Duration.ofSeconds(5));
        program = new ClaudeProgram(() -> settings, environment, background::add, probe, () -> now);
    }

    private static Path script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private void runBackground() {
        for (Runnable task = background.poll(); task != null; task = background.poll()) {
            task.run();
        }
    }

    private void configure(Path path) {
        settings = settings.with(ServerSettings.CLAUDE_PATH, path.toString());
    }

    @Test
    @DisplayName("X10 not installed: says so, and how to install it; installed later: found without a restart")
    void notInstalled() throws IOException {
        SwitchboardException failure = assertThrows(SwitchboardException.class, program::require);
        assertEquals(ErrorCode.CLAUDE_NOT_FOUND, failure.code());
        assertTrue(failure.getMessage().contains("no executable claude on the server's PATH"));
        assertTrue(failure.getMessage().contains("npm install -g @anthropic-ai/claude-code"));
        assertEquals(Optional.of(failure.getMessage()), program.capabilities().unavailable());
        assertEquals(Optional.empty(), program.capabilities().program());
        Path installed = script(second.resolve("claude"), ANSWER);
        assertEquals(installed, program.require());
        assertEquals(Optional.empty(), program.capabilities().unavailable());
        assertEquals(Optional.empty(), program.capabilities().version(), "not known yet, and nobody waits");
        runBackground();
        assertEquals(Optional.of("2.1.330"), program.capabilities().version());
    }

    @Test
    void notAnExecutableFile() throws IOException {
        configure(directory.resolve("claude"));
        Files.writeString(directory.resolve("claude"), "x");
        assertTrue(assertThrows(SwitchboardException.class, program::require)
                .getMessage()
                .contains("claude.path names"));
        configure(first);
        assertThrows(SwitchboardException.class, program::require);
    }

    @Test
    @DisplayName("X1 the first on the PATH, with links resolved; asked once; asked again when it changes")
    void askedOncePerProgram() throws IOException {
        Path real = script(directory.resolve("claude.exe"), "echo x >> " + directory.resolve("asked") + "\n" + ANSWER);
        Files.createSymbolicLink(first.resolve("claude"), real);
        script(second.resolve("claude"), ANSWER);
        assertEquals(real, program.require());
        assertEquals(1, background.size());
        program.capabilities();
        assertEquals(1, background.size(), "it is being asked already");
        runBackground();
        assertEquals(2, Files.readAllLines(directory.resolve("asked")).size(), "for version and modes");
        program.capabilities();
        program.require();
        assertEquals(0, background.size());
        Files.setLastModifiedTime(real, FileTime.fromMillis(1));
        program.capabilities();
        assertEquals(1, background.size());
        runBackground();
        configure(second.resolve("claude"));
        assertEquals(second.resolve("claude"), program.require());
        assertEquals(1, background.size());
    }

    @Test
    void permissionModes() throws IOException {
        script(
                first.resolve("claude"),
                "case $1 in --version) " + ANSWER + ";; --help) echo '  --permission-mode <mode>  Mode'; "
                        + "echo '     to use (choices: \"acceptEdits\", \"auto\",'; echo '  \"dontAsk\")'; esac");
        program.require();
        runBackground();
        assertTrue(program.capabilities().permissionModes().containsAll(ProgramProbe.USUAL_MODES));
        assertTrue(program.capabilities().permissionModes().contains("dontAsk"));
        assertFalse(program.capabilities().permissionModes().contains("manual"));
    }

    @Test
    @DisplayName("X1 a link to a manager's program, which looks at its own name, is executed as the link")
    void manager() throws IOException {
        Path shim = script(directory.resolve("shim"), "case $0 in *claude) " + ANSWER + ";; *) exit 1; esac");
        Files.createSymbolicLink(first.resolve("claude"), shim);
        program.require();
        runBackground();
        assertEquals(first.resolve("claude"), program.require());
        assertEquals(
                Optional.of(first.resolve("claude").toString()),
                program.capabilities().program());
    }

    @Test
    @DisplayName("X1 behind npm's script, the native program is executed: signals would not reach it otherwise")
    void nativeProgram() throws IOException {
        Path modules = directory.resolve("node_modules/@anthropic-ai");
        Files.createDirectories(modules.resolve("claude-code"));
        Path wrapper = script(modules.resolve("claude-code/cli-wrapper.cjs"), ANSWER);
        Files.createSymbolicLink(first.resolve("claude"), wrapper);
        ProgramLocation location =
                ProgramLocation.find("claude", first.toString()).orElseThrow();
        assertEquals(wrapper, location.candidates().get(0), "there is no native one");
        for (String system : new String[] {"linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"}) {
            Files.createDirectories(modules.resolve("claude-code-" + system));
            script(modules.resolve("claude-code-" + system + "/claude"), ANSWER);
        }
        program.require();
        runBackground();
        assertTrue(program.require().toString().matches(".*/claude-code-(linux|darwin)-(x64|arm64)/claude"));
    }

    @Test
    @DisplayName("X10 a program that does not answer is a problem, told and asked again later, and never waited for")
    void noAnswer() throws IOException {
        script(first.resolve("claude"), "exit 3");
        program.require();
        runBackground();
        assertTrue(program.capabilities().unavailable().orElseThrow().contains("did not answer --version"));
        assertEquals(first.resolve("claude"), program.require(), "it may work all the same");
        assertEquals(0, background.size());
        now = Duration.ofSeconds(31).toNanos();
        program.capabilities();
        assertEquals(1, background.size());
    }

    @Test
    @DisplayName("X10 a program that fills its output and hangs is ended in time, with what it has started")
    void hangs() throws IOException {
        endsAll("head -c 1000000 /dev/zero; sh -c 'sleep 30; :' " + directory, Duration.ofMillis(300));
    }

    @Test
    @DisplayName("X10 a program that goes on starting others while it is being ended leaves none of them")
    void goesOnStarting() throws IOException {
        endsAll("for i in $(seq 400); do sh -c 'sleep 30; :' " + directory + " & done; wait", Duration.ofMillis(100));
    }

    private void endsAll(String body, Duration bound) throws IOException {
        Path file = script(first.resolve("claude"), body);
        ProgramProbe impatient = new ProgramProbe(() -> Map.of("PATH", "/bin:/usr/bin"), bound);
        assertTrue(impatient.ask(List.of(file)).problem().isPresent());
        assertEquals(
                List.of(),
                ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().commandLine().stream())
                        .filter(command -> command.contains(directory.toString()))
                        .toList());
    }
}
