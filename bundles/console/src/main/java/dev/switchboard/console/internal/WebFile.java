package dev.switchboard.console.internal;

import dev.switchboard.content.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A file of the console.
 *
 * @param contentType what it is
 * @param tag its entity tag: another content has another one
 */
record WebFile(String contentType, String tag, Content content) {
    private static final int TAG_BYTES = 16;
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    /** Reads one of this bundle's. */
    static WebFile read(String name) {
        try (InputStream file = WebFile.class.getResourceAsStream("web/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the bundle has no file " + name);
            }
            byte[] bytes = file.readAllBytes();
            return new WebFile(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), tagOf(bytes), Content.of(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tagOf(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
