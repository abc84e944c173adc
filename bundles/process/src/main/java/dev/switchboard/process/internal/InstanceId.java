package dev.switchboard.process.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What tells this instance's processes from another's: made once per data directory, and kept there. */
final class InstanceId {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceId.class);

    private InstanceId() {}

    /** The id that the file holds; a new one if there is none. */
    static String of(Path file) throws IOException {
        if (Files.exists(file)) {
            String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (text.matches("[0-9a-f-]{36}")) {
                return text;
            }
            LOG.warn("{} holds no instance id: a new one is made, what an earlier server left is not swept", file);
        }
        String id = UUID.randomUUID().toString();
        PrivateFiles.replace(file, (id + "\n").getBytes(StandardCharsets.US_ASCII));
        return id;
    }
}
