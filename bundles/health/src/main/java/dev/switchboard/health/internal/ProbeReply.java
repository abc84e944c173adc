package dev.switchboard.health.internal;

import dev.switchboard.content.Content;
import dev.switchboard.http.HttpReply;
import java.util.Map;

/** What probes over HTTP are told: one word, for they need no token. */
final class ProbeReply {
    private ProbeReply() {}

    static HttpReply of(int status, String word) {
        return new HttpReply(
                status,
                "application/json",
                Map.of("Cache-Control", "no-store"),
                Content.of("{\"status\":\"" + word + "\"}"));
    }
}
