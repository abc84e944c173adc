package dev.switchboard.process.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Tries whether this server may shut agents in namespaces, by doing so with a program that ends at once. */
final class NamespaceProbe {
    /** A try takes 5 ms; a machine that is busy may need a thousand times that. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int MAX_REASON = 200;

    /**
     * All that {@code wrapper.sh} relies on: the pid inside, the pid by the {@code /proc} inside, and by the outside's, which is
     * another.
     */
    private static final String INSIDE = "read -r own rest </proc/self/stat && read -r outer rest"
            + " </proc/self/fd/4/self/stat && echo \"$$ $own $outer\"";

    private final LaunchPrograms programs;

    NamespaceProbe(LaunchPrograms programs) {
        this.programs = programs;
    }

    /** What is in the way of this kind of namespace, for people; empty if it works. Takes 5 s at most. */
    Optional<String> obstacle(Namespace namespace) {
        Optional<String> unshare = programs.find("unshare");
        Optional<String> shell = programs.find("sh");
        if (unshare.isEmpty() || shell.isEmpty()) {
            return Optional.of("the program unshare (util-linux) was not found");
        }
        String script = "exec \"$0\" " + namespace.options() + " \"$1\" -c \"$2\" 4</proc";
        try {
            Process process = new ProcessBuilder(shell.get(), "-c", script, unshare.get(), shell.get(), INSIDE)
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            return said(process);
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the server is stopping");
        }
    }

    private static Optional<String> said(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            return Optional.of("unshare did not come to an end within " + PATIENCE.toSeconds() + " s");
        }
        // It has ended: what it said, less than a pipe holds, is all there.
        byte[] output = process.getInputStream().readNBytes(MAX_REASON);
        String said = new String(output, StandardCharsets.UTF_8).strip();
        if (process.exitValue() == 0 && said.matches("1 1 \\d{2,}|1 1 [2-9]")) {
            return Optional.empty();
        }
        return Optional.of(said.isEmpty() ? "unshare ended with " + process.exitValue() : said);
    }
}
