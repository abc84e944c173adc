package dev.switchboard.auth.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file with the secret of the token that is made at first start, so that whoever runs the server can find it: it is
 * as well protected as the shell's key beside it, which can make tokens too. Deleting the file takes nothing but
 * comfort.
 */
final class InitialToken {
    /** The token's name. */
    static final String NAME = "initial";

    private static final Logger LOG = LoggerFactory.getLogger(InitialToken.class);

    private final Path file;

    InitialToken(Path directory) {
        file = directory.resolve("initial-token");
    }

    void keep(String secret) throws IOException {
        AtomicFile.write(file, (secret + "\n").getBytes(StandardCharsets.UTF_8));
        LOG.info("made the admin token \"{}\"; its secret is in {}", NAME, file);
    }

    /** Deletes the file unless its token is among those that are good. */
    void deleteUnlessGood(Iterable<StoredToken> good) {
        try {
            if (!Files.exists(file)) {
                return;
            }
            String hash = Secrets.hash(Files.readString(file).strip());
            for (StoredToken token : good) {
                if (Secrets.equal(token.hash(), hash)) {
                    return;
                }
            }
            AtomicFile.delete(file);
        } catch (IOException e) {
            LOG.warn("{} is of no use any more and cannot be deleted", file, e);
        }
    }
}
