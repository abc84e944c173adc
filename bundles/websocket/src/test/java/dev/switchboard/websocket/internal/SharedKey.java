package dev.switchboard.websocket.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The key that a server makes for itself at its first start, made once for all tests: that takes a second each time. */
final class SharedKey {
    private static Path made;

    private SharedKey() {}

    /** Puts it where a server would. */
    static synchronized void copyTo(Path dataDirectory) {
        if (made == null) {
            return; // this is the first server, which makes it
        }
        try {
            Path target = Files.createDirectories(dataDirectory.resolve("tls"));
            for (String file : List.of("cert.pem", "key.pem")) {
                if (Files.notExists(target.resolve(file))) {
                    Files.copy(made.resolve(file), target.resolve(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps what a server has made for those to come. */
    static synchronized void keep(Path dataDirectory) {
        try {
            Path tls = dataDirectory.resolve("tls");
            if (made == null && Files.exists(tls.resolve("cert.pem"))) {
                Path kept = Files.createTempDirectory("switchboard-key");
                kept.toFile().deleteOnExit();
                for (String file : List.of("key.pem", "cert.pem")) {
                    Files.copy(tls.resolve(file), kept.resolve(file));
                    kept.resolve(file).toFile().deleteOnExit();
                }
                made = kept;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
