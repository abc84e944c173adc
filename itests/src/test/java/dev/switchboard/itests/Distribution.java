package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The distribution that was built, unpacked once for all tests of this run. */
final class Distribution {
    private static final Path HOME = unpack();

    private Distribution() {}

    /** Where it was unpacked. */
    static Path home() {
        return HOME;
    }

    /** The launcher. */
    static Path launcher() {
        return HOME.resolve("bin/switchboard");
    }

    private static Path unpack() {
        try {
            Path archive = Path.of(System.getProperty("distribution")).toRealPath();
            Path target = Trees.temporary("switchboard-itests");
            Process tar = new ProcessBuilder(
                            "tar", "xzf", archive.toString(), "-C", target.toString(), "--strip-components=1")
                    .inheritIO()
                    .start();
            if (!tar.waitFor(60, TimeUnit.SECONDS)) {
                tar.destroyForcibly();
            }
            assertEquals(0, tar.waitFor());
            return target;
        } catch (IOException e) {
            throw new AssertionError("the distribution cannot be unpacked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
