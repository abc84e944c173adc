package dev.switchboard.audit.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.logging.LogContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/**
 * A record as one line of JSON in ASCII, its line feed included: whatever clients sent, no terminal and no reader of lines is
 * led astray by it.
 */
final class AuditLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .characterEscapes(new AlsoDelete())
            .build();

    /** The one control character of ASCII that JSON does not ask to be escaped. */
    private static final class AlsoDelete extends CharacterEscapes {
        private static final long serialVersionUID = 1;
        private final int[] ascii = standardAsciiEscapesForJSON();

        AlsoDelete() {
            ascii[0x7F] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return null; // as the class says: none is custom
        }
    }

    /** Nobody names anything by more, and whoever tries must not push others' records out of the log. */
    private static final int MOST = 1024;

    private AuditLine() {}

    /**
     * @param context has the session and the request, and the project and the run if the record does not
     * @param prompts whether the prompt is kept
     */
    static byte[] of(AuditRecord entry, Instant at, LogContext context, boolean prompts) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("at", TIME.format(at));
            json.writeStringField("action", entry.action());
            write(json, "by", entry.actor().name());
            write(json, "token", entry.actor().token());
            write(json, "from", entry.actor().address());
            LogContext about = ids(entry).orElse(context);
            about.forEach((key, value) -> write(json, key, Optional.of(value)));
            json.writeStringField("outcome", entry.failure().map(Enum::name).orElse("ok"));
            if (!entry.details().isEmpty()) {
                json.writeObjectFieldStart("details");
                for (Map.Entry<String, String> detail : entry.details().entrySet()) {
                    json.writeStringField(detail.getKey(), bounded(detail.getValue()));
                }
                json.writeEndObject();
            }
            if (prompts) {
                write(json, "prompt", entry.prompt());
            }
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return line.toByteArray();
    }

    private static String bounded(String text) {
        return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
    }

    private static LogContext ids(AuditRecord entry) {
        LogContext ids = LogContext.NONE;
        if (entry.project().isPresent()) {
            ids = ids.withProject(entry.project().get().toString());
        }
        if (entry.execution().isPresent()) {
            ids = ids.withExecution(entry.execution().get().toString());
        }
        return ids;
    }

    private static void write(JsonGenerator json, String field, Optional<String> value) {
        try {
            if (value.isPresent()) {
                json.writeStringField(field, value.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }
}
