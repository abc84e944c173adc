package dev.switchboard.auth.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The text form of tokens: a JSON object with {@code format}, {@code tokens}, and a {@code checksum} of the latter,
 * because a flipped bit could turn one permission into another without harming the syntax. What is not exactly right is
 * refused.
 */
final class TokenFormat {
    static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private TokenFormat() {}

    /** The file was written by a newer server. */
    static final class NewerFormatException extends IOException {
        private static final long serialVersionUID = 1L;

        NewerFormatException(int format) {
            super("it has format " + format + ", and this server knows only format " + FORMAT);
        }
    }

    static byte[] write(List<StoredToken> tokens) throws IOException {
        ArrayNode array = JSON.createArrayNode();
        tokens.forEach(token -> array.add(toJson(token)));
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT).put("checksum", checksum(array)).set("tokens", array);
        return JSON.writeValueAsBytes(root);
    }

    /** @throws IOException if it is damaged, saying how, without a hash or a name in it */
    static List<StoredToken> read(byte[] content) throws IOException {
        try {
            JsonNode root = JSON.readTree(content);
            int format = root.required("format").intValue();
            if (format > FORMAT) {
                throw new NewerFormatException(format);
            }
            JsonNode array = root.required("tokens");
            require(format == FORMAT, "its format is not a number from 1");
            require(
                    array.isArray()
                            && checksum(array).equals(root.required("checksum").textValue()),
                    "its checksum is wrong");
            return readAll(array);
        } catch (JsonProcessingException e) {
            // Its own message would quote the file.
            throw new IOException(
                    "it is not valid JSON at line " + e.getLocation().getLineNr());
        } catch (RuntimeException e) {
            throw new IOException("a field is missing or has a value that it cannot have");
        }
    }

    private static List<StoredToken> readAll(JsonNode array) throws IOException {
        List<StoredToken> tokens = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode node : array) {
            StoredToken token = fromJson(node);
            require(names.add(token.info().id()) && names.add(token.info().name()), "two tokens have the same name");
            tokens.add(token);
        }
        return List.copyOf(tokens);
    }

    private static ObjectNode toJson(StoredToken token) {
        TokenInfo info = token.info();
        ObjectNode node = JSON.createObjectNode()
                .put("id", info.id())
                .put("name", info.name())
                .put("role", info.role().wireName())
                .put("created_at", info.createdAt().toString())
                .put("sha256", token.hash());
        info.expiresAt().ifPresent(expiry -> node.put("expires_at", expiry.toString()));
        info.projects().ifPresent(only -> {
            ArrayNode projects = node.putArray("projects");
            only.stream().map(ProjectId::toString).sorted().forEach(projects::add);
        });
        return node;
    }

    private static StoredToken fromJson(JsonNode node) throws IOException {
        String hash = text(node, "sha256");
        require(hash.matches("[0-9a-f]{64}"), "a hash is not one");
        TokenInfo info = new TokenInfo(
                text(node, "id"),
                text(node, "name"),
                Role.parse(text(node, "role")),
                Optional.ofNullable(node.get("projects")).map(TokenFormat::projects),
                Instant.parse(text(node, "created_at")),
                Optional.ofNullable(node.get("expires_at"))
                        .map(JsonNode::textValue)
                        .map(Instant::parse));
        return new StoredToken(info, hash);
    }

    private static Set<ProjectId> projects(JsonNode array) {
        if (!array.isArray()) {
            // Read as an empty array it would still let nobody in, but it is not what was written.
            throw new IllegalArgumentException("projects are not an array");
        }
        return StreamSupport.stream(array.spliterator(), false)
                .map(project -> ProjectId.parse(project.textValue()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String text(JsonNode node, String field) throws IOException {
        String text = node.required(field).textValue();
        require(text != null && !text.isEmpty(), field + " is not a text");
        return text;
    }

    private static String checksum(JsonNode array) {
        return Secrets.hash(array.toString());
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }
}
