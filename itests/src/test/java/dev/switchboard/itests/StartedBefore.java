package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Karaf made of the distribution at its first start, copied into a server's data directory, so that each test's server
 * starts like one that has started before: that takes two thirds of the time. The certificate is among it, and the host key that Karaf made
 * at the first login; the launcher makes the shell's key. And the classes that the JVM had loaded from its class path, as an archive
 * from which others have them sooner.
 */
final class StartedBefore {
    private static final Path KARAF = make();

    private static final String CLASSES = "classes.jsa";

    private StartedBefore() {}

    /** The JVM's option that has a server of the same JDK take classes from the archive. */
    static String classes() {
        return "-XX:SharedArchiveFile=" + KARAF.resolve(CLASSES);
    }

    /** Puts it into a data directory that has nothing of it. */
    static void copyTo(Path dataDir) throws IOException {
        Path karaf = Files.createDirectory(dataDir.resolve("karaf"));
        Path data = Files.createDirectory(karaf.resolve("data"));
        copy(KARAF.resolve("data/cache"), data);
        copy(KARAF.resolve("etc"), karaf);
        copy(KARAF.resolve("stamp"), karaf);
        copy(KARAF.resolveSibling("tls"), dataDir);
        // Karaf notes the instance's own directory there, and makes it anew.
        Files.deleteIfExists(karaf.resolve("etc/org.apache.karaf.features.repos.cfg"));
    }

    private static void copy(Path from, Path into) throws IOException {
        try {
            Process copy = new ProcessBuilder("cp", "-a", from.toString(), into.toString())
                    .inheritIO()
                    .start();
            assertEquals(0, copy.waitFor());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Path make() {
        try (Server server = new Server(Trees.temporary("switchboard-started-before")).fresh()) {
            Path karaf = server.dataDir().resolve("karaf");
            server.set("JAVA_OPTS", Server.JAVA_OPTIONS + " -XX:ArchiveClassesAtExit=" + karaf.resolve(CLASSES));
            server.start();
            assertEquals(0, server.command("shell", "shell:echo").status());
            return karaf;
        } catch (Exception e) {
            throw new AssertionError("the distribution does not start", e);
        }
    }
}
