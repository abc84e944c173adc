package dev.switchboard.http;

import dev.switchboard.content.Content;
import java.util.Map;
import java.util.Objects;

/**
 * An answer. The server adds length, date and its security headers.
 *
 * @param status for instance 200
 * @param contentType for instance {@code text/plain; charset=utf-8}
 * @param headers further ones
 * @param body may be empty; with status 304 it is what the client has already, and is not sent
 */
public record HttpReply(int status, String contentType, Map<String, String> headers, Content body) {
    public HttpReply {
        Objects.requireNonNull(contentType, "contentType");
        headers = Map.copyOf(headers);
        Objects.requireNonNull(body, "body");
    }

    /** A short plain text. */
    public static HttpReply text(int status, String text) {
        return new HttpReply(status, "text/plain; charset=utf-8", Map.of(), Content.of(text));
    }

    /** A JSON document. */
    public static HttpReply json(int status, String json) {
        return new HttpReply(status, "application/json", Map.of(), Content.of(json));
    }
}
