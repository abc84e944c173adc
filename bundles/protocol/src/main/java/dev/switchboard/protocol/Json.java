package dev.switchboard.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.content.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** JSON as the protocol wants it: numbers are not rounded, keys not sorted, lone surrogates survive as escapes. */
public final class Json {
    /** Deeper than any client or agent nests, and far from the end of a thread's stack. */
    private static final int MAX_DEPTH = 200;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    // Sizes are bounded where messages come in; a second, smaller bound here would only surprise.
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(1000)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .nodeFactory(new ExactNumbers())
            .build();

    private Json() {}

    /** An empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * Reads one JSON value and nothing behind it.
     *
     * @throws JsonProcessingException if the bytes are not one JSON value, or not in UTF-8, or have a number that no computer
     *         could work with; its message shows no source
     */
    public static JsonNode read(byte[] utf8) throws JsonProcessingException {
        checkEncoding(utf8);
        try {
            return MAPPER.readTree(utf8);
        } catch (NumberFormatException | ArithmeticException e) {
            // An exponent that has no room in a BigDecimal.
            throw new JsonParseException(null, "a number is too large", e);
        } catch (JsonProcessingException e) {
            throw withoutSource(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** The same, telling only where: Jackson's own messages quote words, and what is read may be a prompt or a secret. */
    private static JsonProcessingException withoutSource(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        JsonProcessingException quiet = new JsonParseException(null, "not one JSON value" + where);
        quiet.setStackTrace(e.getStackTrace());
        return quiet;
    }

    /** The value as UTF-8. A lone surrogate, which UTF-8 cannot say, is written as an escape. */
    public static byte[] bytes(JsonNode value) {
        return encode(text(value));
    }

    /** The value as content. */
    public static Content content(JsonNode value) {
        return Content.of(bytes(value));
    }

    /** The value as JSON text. */
    public static String text(JsonNode value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    /**
     * Jackson would take UTF-16, UTF-32 and a byte order mark too. Each has a zero byte among its first four, which JSON in
     * UTF-8 never has, or begins with a mark.
     */
    private static void checkEncoding(byte[] json) throws JsonParseException {
        boolean other = json.length > 0 && (json[0] == (byte) 0xEF || json[0] == (byte) 0xFE || json[0] == (byte) 0xFF);
        for (int i = 0; i < Math.min(4, json.length); i++) {
            other |= json[i] == 0;
        }
        if (other) {
            throw new JsonParseException(null, "not JSON in UTF-8 without a byte order mark");
        }
    }

    /** A parser over bytes that {@link #read} has read, for those who need positions. */
    static JsonParser parser(byte[] utf8) throws IOException {
        return FACTORY.createParser(utf8);
    }

    private static byte[] encode(String json) {
        StringBuilder escaped = null;
        int copied = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < json.length() && Character.isLowSurrogate(json.charAt(i + 1))) {
                i++;
                continue;
            }
            escaped = escaped == null ? new StringBuilder(json.length() + 16) : escaped;
            escaped.append(json, copied, i).append("\\u").append(Integer.toHexString(c));
            copied = i + 1;
        }
        String text = escaped == null
                ? json
                : escaped.append(json, copied, json.length()).toString();
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
