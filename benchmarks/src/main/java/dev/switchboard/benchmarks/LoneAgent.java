package dev.switchboard.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/** The agent's program without a server: what it takes by itself. */
final class LoneAgent implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final OutputStream in;

    /** @throws IOException if it cannot be started */
    LoneAgent(Path program, Path directory) throws IOException {
        process = new ProcessBuilder(
                        program.toString(),
                        "-p",
                        "--input-format",
                        "stream-json",
                        "--output-format",
                        "stream-json",
                        "--verbose",
                        "--permission-prompt-tool",
                        "stdio",
                        "--session-id=" + UUID.randomUUID())
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        in = process.getOutputStream();
    }

    void prompt(String text) throws IOException {
        in.write(("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"" + text + "\"}}\n")
                .getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** Reads up to a line that holds a text. */
    String until(String text) throws IOException {
        String line = out.readLine();
        while (line != null && !line.contains(text)) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException("the agent ended");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
