package dev.switchboard.project.file.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.project.Project;
import dev.switchboard.project.Project.LastError;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A project as the text of its metadata file: one JSON object whose last field is the CRC-32C of everything before
 * that field, so that a flipped bit cannot send an agent into a wrong directory.
 */
final class MetadataCodec {
    /** Goes up when an older version could no longer read the file rightly. */
    static final int FORMAT = 1;

    private static final String CRC_FIELD = ",\n  \"crc\" : \"";
    private static final String END = "\"\n}\n";
    private static final int CRC_DIGITS = 8;

    private final ObjectMapper mapper = new ObjectMapper(JsonFactory.builder()
                    // What is written can be read: the file's size is bounded, and nothing else.
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    byte[] encode(Project project) {
        ObjectNode node = mapper.createObjectNode();
        node.put("format", FORMAT);
        node.put("id", project.id().toString());
        node.put("path", project.path());
        node.put("directory", project.directory().toString());
        project.name().ifPresent(name -> node.put("name", name));
        node.put("executor", project.executor());
        project.sessionId().ifPresent(session -> node.put("session_id", session));
        node.put("created_at", project.createdAt().toString());
        node.put("last_active", project.lastActive().toString());
        project.lastError()
                .ifPresent(error -> node.putObject("last_error")
                        .put("code", error.code().name())
                        .put("message", error.message())
                        .put("at", error.at().toString()));
        ObjectNode attributes = node.putObject("attributes");
        new TreeMap<>(project.attributes()).forEach(attributes::put);
        return sealed(node);
    }

    private byte[] sealed(ObjectNode node) {
        try {
            String text = mapper.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(node)
                    .replace("\r\n", "\n");
            String body = text.substring(0, text.lastIndexOf('}')).stripTrailing();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            return (body + CRC_FIELD + crc(bytes, bytes.length) + END).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers can always be written", e);
        }
    }

    /**
     * @throws MetadataException if it is not, byte for byte, what {@link #encode} made of a project with this id
     */
    Project decode(byte[] bytes, ProjectId id) throws MetadataException {
        JsonNode node = parse(bytes);
        int format = node.path("format").asInt(0);
        boolean proven = isProven(bytes);
        // A later format may have another checksum, but this one's must not be wrong.
        if (format > FORMAT && (proven || !node.has("crc"))) {
            throw MetadataException.newer(format);
        }
        if (!proven) {
            throw MetadataException.damaged("its checksum does not fit its content", null);
        }
        try {
            Project project = read(node);
            if (project.id().equals(id)) {
                return project;
            }
            throw MetadataException.damaged("it is about the project " + project.id(), null);
        } catch (RuntimeException e) {
            throw MetadataException.damaged("a field is missing or wrong: " + e.getMessage(), e);
        }
    }

    private JsonNode parse(byte[] bytes) throws MetadataException {
        try {
            JsonNode node = mapper.readTree(bytes);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (IOException e) {
            // Without the cause, whose message would quote the file, which has prompts that wait.
            throw MetadataException.damaged("it is not JSON", null);
        }
        throw MetadataException.damaged("it is not a JSON object", null);
    }

    private static boolean isProven(byte[] bytes) {
        int body = bytes.length - CRC_FIELD.length() - CRC_DIGITS - END.length();
        if (body <= 0) {
            return false;
        }
        byte[] expected = (CRC_FIELD + crc(bytes, body) + END).getBytes(StandardCharsets.US_ASCII);
        return Arrays.equals(bytes, body, bytes.length, expected, 0, expected.length);
    }

    private static Project read(JsonNode node) {
        return new Project(
                ProjectId.parse(text(node, "id")),
                text(node, "path"),
                Path.of(text(node, "directory")),
                optional(node, "name"),
                text(node, "executor"),
                optional(node, "session_id"),
                instant(node, "created_at"),
                instant(node, "last_active"),
                Optional.ofNullable(node.get("last_error")).map(MetadataCodec::lastError),
                attributes(node.path("attributes")));
    }

    private static Map<String, String> attributes(JsonNode node) {
        Map<String, String> attributes = new HashMap<>();
        node.fieldNames().forEachRemaining(name -> attributes.put(name, text(node, name)));
        return attributes;
    }

    private static LastError lastError(JsonNode node) {
        String name = text(node, "code");
        // A code that a later version of this format added must not make the project unreadable.
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElse(ErrorCode.INTERNAL_ERROR);
        return new LastError(code, text(node, "message"), instant(node, "at"));
    }

    private static Instant instant(JsonNode node, String field) {
        try {
            return Instant.parse(text(node, field));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(field + " is not a time", e);
        }
    }

    private static String text(JsonNode node, String field) {
        return optional(node, field).orElseThrow(() -> new IllegalArgumentException("no text in " + field));
    }

    private static Optional<String> optional(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || !value.isTextual() ? Optional.empty() : Optional.of(value.textValue());
    }

    private static String crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return String.format("%08x", crc.getValue());
    }
}
