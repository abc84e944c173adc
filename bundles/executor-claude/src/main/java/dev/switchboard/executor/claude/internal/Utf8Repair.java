package dev.switchboard.executor.claude.internal;

import dev.switchboard.content.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces malformed UTF-8 by U+FFFD, which text frames and the log need; agents relay such bytes from files that they
 * read. A long line is copied into a temporary file, piece by piece. Used by one thread at a time.
 */
final class Utf8Repair implements UnaryOperator<Content> {
    private static final Logger LOG = LoggerFactory.getLogger(Utf8Repair.class);

    private final List<Path> copies = new ArrayList<>();

    @Override
    public Content apply(Content line) {
        if (line.inMemory()) {
            return Content.of(line.toText());
        }
        try (InputStream repaired = new WellFormedStream(line)) {
            Path copy = Files.createTempFile("switchboard-line-", ".json");
            copies.add(copy);
            Files.copy(repaired, copy, StandardCopyOption.REPLACE_EXISTING);
            return Content.of(copy, 0, Files.size(copy));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy a line with malformed UTF-8", e);
        }
    }

    /** The copies made since the last call; to be deleted when nobody reads them any more. */
    List<Path> takeCopies() {
        List<Path> taken = List.copyOf(copies);
        copies.clear();
        return taken;
    }

    static void delete(List<Path> copies) {
        for (Path copy : copies) {
            try {
                Files.deleteIfExists(copy);
            } catch (IOException e) {
                LOG.warn("Cannot remove a temporary file: {}", e.toString());
            }
        }
    }
}
