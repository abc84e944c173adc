package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@Isolated("what it writes and runs would be busy while another test's process, just forked, holds it open too")
class NamespaceProbeTest {
    @TempDir
    Path directory;

    private NamespaceProbe probe(Optional<Path> unshare) {
        return new NamespaceProbe(new LaunchPrograms(
                name -> name.equals("unshare") ? unshare : LaunchPrograms.find(name, "/usr/bin:/bin")));
    }

    private NamespaceProbe probe(String... script) throws IOException {
        Path unshare =
                Files.writeString(directory.resolve("unshare"), "#!/bin/sh\n" + String.join("\n", script) + "\n");
        Files.setPosixFilePermissions(unshare, PosixFilePermissions.fromString("rwx------"));
        return probe(Optional.of(unshare));
    }

    @ParameterizedTest
    @EnumSource(names = {"PID", "USER_AND_PID"})
    @DisplayName("X4 a machine without unshare says that it is missing")
    void missing(Namespace namespace) {
        assertTrue(probe(Optional.empty()).obstacle(namespace).orElseThrow().contains("unshare"));
    }

    @Test
    @DisplayName("X4 where unshare is refused, what it said is the reason")
    void refused() throws Exception {
        assertEquals(
                Optional.of("unshare failed: Operation not permitted"),
                probe("echo 'unshare failed: Operation not permitted' >&2; exit 1")
                        .obstacle(Namespace.PID));
        assertEquals(Optional.of("unshare ended with 1"), probe("exit 1").obstacle(Namespace.PID));
    }

    @Test
    @DisplayName("X4 an unshare that succeeds without isolating is not taken for one that does")
    void pretending() throws Exception {
        assertTrue(probe("while [ \"$1\" != -c ]; do shift; done; exec sh -c \"$2\"")
                .obstacle(Namespace.PID)
                .isPresent());
        assertTrue(probe("echo 1 1 1").obstacle(Namespace.PID).isPresent());
        assertEquals(Optional.empty(), probe("echo 1 1 2").obstacle(Namespace.PID));
    }

    @Test
    @DisplayName("X4 an unshare that hangs is not waited for")
    void hanging() throws Exception {
        long start = System.nanoTime();

        assertTrue(probe("exec sleep 50").obstacle(Namespace.PID).orElseThrow().contains("within"));
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos());
    }

    @ParameterizedTest
    @EnabledIf("dev.switchboard.process.internal.Machine#canBecomeNobody")
    @ValueSource(strings = {Machine.AS_NOBODY, "--bounding-set -sys_admin --inh-caps -sys_admin"})
    @DisplayName("X4 X9 a server without the right, by its user or as root in a container, finds that out")
    void withoutTheRight(String fewerRights) throws Exception {
        String obstacle = probe("exec /usr/bin/setpriv " + fewerRights + " unshare \"$@\"")
                .obstacle(Namespace.PID)
                .orElseThrow();

        assertTrue(obstacle.contains("not permitted"), obstacle);
    }

    @Test
    @EnabledIf("dev.switchboard.process.internal.Machine#nobodyHasUserNamespaces")
    @DisplayName("X4 X9 an ordinary user gets a PID namespace by way of a user namespace")
    void byUserNamespace() throws Exception {
        assertEquals(
                Optional.empty(),
                probe("exec /usr/bin/setpriv " + Machine.AS_NOBODY + " unshare \"$@\"")
                        .obstacle(Namespace.USER_AND_PID));
    }
}
