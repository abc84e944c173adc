package dev.switchboard.executor.claude.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is added to the CLI's system prompt: the project's CLAUDE.md, which the CLI does not read itself when the project's
 * settings are not trusted, and what the request adds.
 */
final class SystemPrompt {
    /** As much of a CLAUDE.md as is given; more would leave little room in the model's context. */
    static final int MEMORY_LIMIT = 256 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(SystemPrompt.class);
    private static final String FILE = "CLAUDE.md";

    private SystemPrompt() {}

    /** The text; empty if there is none. */
    static Optional<String> of(Path project, boolean memory, Optional<String> appended) {
        Optional<String> text = memory ? memory(project.resolve(FILE)) : Optional.empty();
        return text.isEmpty()
                ? appended
                : text.map(own -> own + appended.map(more -> "\n\n" + more).orElse(""));
    }

    private static Optional<String> memory(Path file) {
        // Nothing but a file: reading a pipe would wait for ever.
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MEMORY_LIMIT + 1);
            boolean cut = bytes.length > MEMORY_LIMIT;
            String text = new String(bytes, 0, cut ? wholeCharacters(bytes) : bytes.length, StandardCharsets.UTF_8);
            if (text.isBlank()) {
                return Optional.empty();
            }
            return Optional.of("Contents of " + file + " (project instructions, checked into the codebase):\n\n" + text
                    + (cut
                            ? "\n\n[" + FILE + " is longer than " + (MEMORY_LIMIT >> 10)
                                    + " KiB; the rest was left out]"
                            : ""));
        } catch (IOException e) {
            LOG.warn("Cannot read a project's {}, going on without it: {}", FILE, e.toString());
            return Optional.empty();
        }
    }

    /** The last place at or before the limit where a UTF-8 character begins. */
    private static int wholeCharacters(byte[] bytes) {
        int end = MEMORY_LIMIT;
        while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return end;
    }
}
