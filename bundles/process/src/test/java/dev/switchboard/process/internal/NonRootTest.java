package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings.Isolation;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A whole server's custody in a process of its own, as a user who may nothing; only where tests run as root. */
@EnabledIf("dev.switchboard.process.internal.Machine#canBecomeNobody")
@Timeout(60)
class NonRootTest {
    private static final String TREE =
            "trap '' TERM INT; (setsid sh -c 'trap \"\" TERM; (setsid sleep 120 &); sleep 120' &);"
                    + " sleep 0.1; id -u; echo ready; sleep 120; sleep 120";

    @TempDir
    Path directory;

    private Path data;
    private String classPath;

    @BeforeEach
    void open() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        data = directory.resolve("data");
        // What root can read others may not.
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.exists(Path.of(entry))) {
                Path copy = directory.resolve("classes-" + copies.size());
                copy(Path.of(entry), copy);
                copies.add(copy.toString());
            }
        }
        classPath = String.join(File.pathSeparator, copies);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                Path copy = file.equals(from)
                        ? to
                        : to.resolve(from.relativize(file).toString());
                try {
                    Files.copy(file, copy);
                    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    @DisplayName("X4 X9 an ordinary user's agents are launched and ended, without namespaces")
    void withoutNamespaces() throws Exception {
        assertEquals("none, 65534, survivors 0", killed(Isolation.AUTO), "which root would have got one for");
    }

    @Test
    @EnabledIf("dev.switchboard.process.internal.Machine#nobodyHasUserNamespaces")
    @DisplayName(
            "X4 X9 an ordinary user's agents are launched and ended, in PID and user namespaces, under their own ids")
    void inNamespaces() throws Exception {
        assertEquals("user_and_pid, 65534, survivors 0", killed(Isolation.ON));
    }

    private String killed(Isolation isolation) throws Exception {
        List<String> command = new ArrayList<>(Arrays.asList(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-Disolation=" + isolation,
                "-Duser.home=" + directory,
                "-cp",
                classPath,
                ForkedServer.class.getName(),
                "kill",
                data.toString(),
                directory.toString(),
                TREE));
        Process server = new ProcessBuilder(Machine.asNobody(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(server.getInputStream().readAllBytes());
        assertEquals(0, server.waitFor(), said);
        String instance = Files.readString(data.resolve("agents/instance.id")).strip();
        assertEquals(List.of(), CustodyTestBase.bearers(instance));
        List<String> told =
                said.lines().filter(line -> line.contains("survivors")).toList();
        assertTrue(told.size() == 1, said);
        return told.stream().collect(Collectors.joining());
    }
}
