package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Programs of the system that may be missing, or may not be allowed to do what they are for. */
final class SystemTool {
    private SystemTool() {}

    /** Skips a test where a program is missing; not in CI on Linux, which installs what tests need. */
    static void assume(String... command) throws IOException, InterruptedException {
        boolean there = succeeds(command);
        boolean needed =
                System.getenv("CI") != null && System.getProperty("os.name").equals("Linux");
        assertTrue(there || !needed, () -> String.join(" ", command) + " does not work");
        assumeTrue(there, () -> command[0] + " is not installed");
    }

    /** Whether a program is there and does what it is told. */
    static boolean succeeds(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false; // not installed
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), String.join(" ", command));
        return process.exitValue() == 0;
    }
}
