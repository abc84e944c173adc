package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The server and its agents on every other JDK from 17 on that is found: where the system property {@code jdks} says (paths, as on
 * the PATH), else in the usual places; one of each version. Left out where there is none but the one that runs the tests.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class JdksIT {
    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");
    private static final int OLDEST = 17;

    @TempDir
    private Path directory;

    static Collection<Optional<Path>> jdks() throws IOException {
        TreeMap<Integer, Optional<Path>> found = new TreeMap<>();
        for (Path home : homes()) {
            int version = version(home);
            if (version >= OLDEST && version != Runtime.version().feature()) {
                found.putIfAbsent(version, Optional.of(home));
            }
        }
        return found.isEmpty() ? List.of(Optional.empty()) : found.values();
    }

    private static List<Path> homes() throws IOException {
        String given = System.getProperty("jdks", "");
        if (!given.isEmpty()) {
            return Stream.of(given.split(File.pathSeparator)).map(Path::of).toList();
        }
        List<Path> homes = new ArrayList<>();
        Path user = Path.of(System.getProperty("user.home"));
        for (Path place : List.of(
                Path.of("/usr/lib/jvm"),
                Path.of("/opt"),
                user.resolve(".sdkman/candidates/java"),
                user.resolve(".jdks"),
                Path.of("/Library/Java/JavaVirtualMachines"))) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> all = Files.list(place)) {
                    all.sorted()
                            .flatMap(home -> Stream.of(home, home.resolve("Contents/Home")))
                            .forEach(homes::add);
                }
            }
        }
        return homes;
    }

    /** 0 if it is no JDK. */
    private static int version(Path home) {
        try {
            Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
            return Files.isExecutable(home.resolve("bin/java")) && version.find()
                    ? Integer.parseInt(version.group(1))
                    : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    @DisplayName(
            "D1 X1 X4 X7 H6 H2 server and agents on another JDK: a conversation, an answer, a kill, the shell, metrics")
    void runsOn(Optional<Path> jdk) throws Exception {
        assumeTrue(jdk.isPresent(), "there is no other JDK; the system property jdks may name some");
        Path home = jdk.get().toRealPath();
        try (Server server = new Server(directory.resolve("data"))
                .variable("JAVA_HOME", home.toString())
                .set("CLAUDE_ENV", "PATH HOME LANG JAVA_HOME")
                .start()) {
            assertTrue(program(server.instance().get("pid").asLong()).startsWith(home));
            Tour.take(
                    server,
                    Files.createDirectory(directory.resolve("project")),
                    processes -> assertTrue(
                            processes.stream().anyMatch(pid -> program(pid).startsWith(home)),
                            "the agent runs on it too"));
            assertTrue(
                    Scrape.of(server).get("process_files_open_files") > 0, "what only this machine's own beans tell");
        }
    }

    private static Path program(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(Path::of)
                .orElse(Path.of("/unknown"));
    }
}
