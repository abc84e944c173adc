package dev.switchboard.auth.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code tokens.json} and the copy beside it. The copy is written first and has the same content, not an older one: an
 * older one would bring revoked tokens back to life when it is needed.
 */
final class TokenFile {
    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);

    private final Path file;
    private final Path copy;
    private final Path damaged;

    TokenFile(Path directory) {
        file = directory.resolve("tokens.json");
        copy = directory.resolve("tokens.json.copy");
        damaged = directory.resolve("tokens.json.damaged");
    }

    /**
     * Reads all tokens. A file that is not there means none, also if there is a copy: no crash makes it vanish, so
     * somebody wanted the tokens gone.
     *
     * @throws IOException if neither file nor copy can be used; both are left as they are
     */
    List<StoredToken> read() throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        List<StoredToken> tokens;
        try {
            tokens = TokenFormat.read(content);
        } catch (TokenFormat.NewerFormatException e) {
            throw new IOException(file + " cannot be used: " + e.getMessage(), e);
        } catch (IOException e) {
            return recover(e);
        }
        if (!Files.exists(copy) || !Arrays.equals(content, Files.readAllBytes(copy))) {
            AtomicFile.write(copy, content);
        }
        return tokens;
    }

    /** Replaces all tokens; lasts when it returns. */
    void write(List<StoredToken> tokens) throws IOException {
        byte[] content = TokenFormat.write(tokens);
        AtomicFile.write(copy, content);
        AtomicFile.write(file, content);
    }

    private List<StoredToken> recover(IOException damage) throws IOException {
        byte[] content;
        List<StoredToken> tokens;
        try {
            content = Files.readAllBytes(copy);
            tokens = TokenFormat.read(content);
        } catch (IOException e) {
            e.addSuppressed(damage);
            throw new IOException(file + " is damaged (" + damage.getMessage() + ") and so is its copy", e);
        }
        Files.move(file, damaged, StandardCopyOption.REPLACE_EXISTING);
        AtomicFile.write(file, content);
        LOG.warn(
                "{} was damaged ({}) and was recovered from its copy; it is kept as {}",
                file,
                damage.getMessage(),
                damaged);
        return tokens;
    }
}
