package dev.switchboard.messagelog.file.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What must last of a log beside its records, in {@code log.json}.
 *
 * @param epoch the log's epoch
 * @param segment the first record of the newest segment; 0 if there never was one. If there is no such segment any
 *        more, records that were shown are lost
 */
record LogIdentity(UUID epoch, long segment) {
    static final String FILE = "log.json";
    /** Goes up when an older version could no longer read or continue the log rightly. */
    static final int FORMAT = 1;

    private static final JsonFactory JSON = new JsonFactory();

    static LogIdentity random() {
        return new LogIdentity(UUID.randomUUID(), 0);
    }

    LogIdentity withSegment(long firstSeq) {
        return new LogIdentity(epoch, firstSeq);
    }

    /** The same log, but what was shown of it cannot be relied on. */
    LogIdentity withNewEpoch() {
        return new LogIdentity(UUID.randomUUID(), segment);
    }

    void write(FileLayer files, Path directory) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("format", FORMAT);
            json.writeStringField("epoch", epoch.toString());
            json.writeNumberField("segment", segment);
            json.writeEndObject();
            json.writeRaw('\n');
        }
        files.replace(directory.resolve(FILE), bytes.toByteArray());
    }

    /**
     * Reads the file; empty if there is none, or none that can be understood.
     *
     * @throws NewerFormatException if a later version wrote it
     */
    static Optional<LogIdentity> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Map<String, String> fields = fields(Files.readAllBytes(file));
        try {
            int format = Integer.parseInt(fields.getOrDefault("format", "0"));
            if (format > FORMAT) {
                throw new NewerFormatException(format);
            }
            if (format == FORMAT) {
                return Optional.of(new LogIdentity(
                        UUID.fromString(fields.getOrDefault("epoch", "")), Long.parseLong(fields.get("segment"))));
            }
        } catch (IllegalArgumentException e) {
            // answered below, like a file without a format
        }
        return Optional.empty();
    }

    /** The top-level fields that are not objects or arrays, as texts; none if the bytes are not one JSON object. */
    private static Map<String, String> fields(byte[] bytes) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Map.of();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isScalarValue()) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return fields;
        } catch (JsonProcessingException e) {
            return Map.of();
        }
    }

    /** The log was written by a version that does it differently. */
    static final class NewerFormatException extends IOException {
        private static final long serialVersionUID = 1L;

        NewerFormatException(int format) {
            super("the log has format " + format + ", this version knows " + FORMAT);
        }
    }
}
