package dev.switchboard.config.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.apache.felix.utils.properties.Properties;

/**
 * A file of properties as people write it: comments, order and what is not edited stay as they are, and a crash leaves
 * the old content or the new.
 */
final class PropertiesFile {
    /** What File Install reads such files as; with it, each byte that is not edited stays what it is. */
    private static final Charset CHARSET = StandardCharsets.ISO_8859_1;

    private PropertiesFile() {}

    /**
     * Lasts when it returns. Not for two threads at once on one file.
     *
     * @param value none takes the key out
     * @throws IOException the file stays as it was
     */
    static void edit(Path file, String key, Optional<String> value) throws IOException {
        // A link stays one, and what it leads to is replaced.
        Path real = file.toRealPath();
        if (!Files.isWritable(real)) {
            // Its directory could allow to replace it all the same, against the will of who made it so.
            throw new IOException("it is read-only");
        }
        Properties properties = new Properties(false);
        try (Reader reader = Files.newBufferedReader(real, CHARSET)) {
            properties.load(reader);
        }
        if (value.isPresent()) {
            properties.put(key, value.get());
        } else {
            properties.remove(key);
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (Writer writer = new OutputStreamWriter(content, CHARSET)) {
            properties.save(writer);
        }
        replace(real, content.toByteArray());
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        // File Install reads no file of such a name.
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            try (FileChannel channel =
                    FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                Files.setPosixFilePermissions(fresh, permissions);
                ByteBuffer left = ByteBuffer.wrap(content);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
