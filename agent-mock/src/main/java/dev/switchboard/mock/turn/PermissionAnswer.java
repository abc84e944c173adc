package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;

/**
 * What became of a question to the host.
 *
 * @param body  the host's answer, null if there is none
 * @param error why there is no answer: the host's own error, or that the input ended; null if there is one
 */
record PermissionAnswer(JsonObject body, String error) {

    static final PermissionAnswer INPUT_ENDED =
            new PermissionAnswer(null, "AbortError: Tool permission stream closed before response received");

    /** @param response the inner object of a control_response line */
    static PermissionAnswer fromResponse(JsonObject response) {
        if ("success".equals(response.string("subtype"))) {
            JsonObject body = response.object("response");
            return new PermissionAnswer(body == null ? new JsonObject() : body, null);
        }
        return new PermissionAnswer(null, "Error: " + response.string("error"));
    }
}
