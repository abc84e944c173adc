package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

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

    /** Nobody writes into a jar of Karaf's cache: a link to it will do. */
    private static void copy(Path from, Path into) throws IOException {
        List<Path> files;
        try (Stream<Path> tree = Files.walk(from)) {
            files = tree.toList();
        }
        for (Path file : files) {
            Path copy = into.resolve(from.getParent().relativize(file));
            if (!file.toString().endsWith(".jar") || !isLinked(copy, file)) {
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static boolean isLinked(Path link, Path file) {
        try {
            Files.createLink(link, file);
            return true;
        } catch (IOException e) {
            return false; // on another disk
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
