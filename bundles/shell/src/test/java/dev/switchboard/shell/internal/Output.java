package dev.switchboard.shell.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.protocol.Json;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a command wrote. */
public final class Output {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    /** Whether whoever read it is known to have gone. */
    public volatile boolean left;

    public final Console console = new Console(bytes, () -> left);

    public OutputStream stream() {
        return bytes;
    }

    public String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    public List<String> lines() {
        return text().lines().toList();
    }

    /** The one JSON document that was written. */
    public JsonNode json() throws JsonProcessingException {
        return Json.read(bytes.toByteArray());
    }
}
