package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Programs of the system that may be missing, or may not be allowed to do what they are for. */
final class SystemTool {
    private SystemTool() {}

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
