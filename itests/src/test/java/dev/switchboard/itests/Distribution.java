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
            run("tar", "xzf", archive.toString(), "-C", target.toString(), "--strip-components=1");
            archiveClassesOfMock(target.resolve("agent-mock"));
            return target;
        } catch (IOException e) {
            throw new AssertionError("the distribution cannot be unpacked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The mock is started hundreds of times. The class path is that of its script, or the archive would be another's. */
    private static void archiveClassesOfMock(Path mock) throws IOException, InterruptedException {
        run(
                "sh",
                "-c",
                "echo '{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"[[tools 1]]\"}}' | HOME=$1"
                        + " java -XX:+UseSerialGC -Xlog:disable -XX:ArchiveClassesAtExit=\"$0/lib/agent-mock.jsa\""
                        + " -cp \"$0/bin/../lib/agent-mock.jar\" dev.switchboard.mock.Main -p --input-format stream-json"
                        + " --output-format stream-json --verbose > /dev/null",
                mock.toString(),
                Trees.temporary("switchboard-mock").toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertEquals(0, process.waitFor(), () -> String.join(" ", command));
    }
}
