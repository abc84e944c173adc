package dev.switchboard.executor.claude.internal;

/** Lines in the shape of the CLI's. */
final class Lines {
    static final String SESSION = "11111111-2222-4333-8444-555555555555";
    static final String RUNNING = state("running");
    static final String IDLE = state("idle");

    private Lines() {}

    static String state(String state) {
        return "{\"type\":\"system\",\"subtype\":\"session_state_changed\",\"state\":\"" + state
                + "\",\"session_id\":\"" + SESSION + "\"}";
    }

    static String init(String session) {
        return "{\"type\":\"system\",\"subtype\":\"init\",\"cwd\":\"/p\",\"session_id\":\"" + session + "\"}";
    }

    static String text(String text) {
        return "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text
                + "\"}]},\"session_id\":\"" + SESSION + "\"}";
    }

    /** A result with its type in the middle, as the newest version writes it. */
    static String result() {
        return "{\"duration_api_ms\":1,\"session_id\":\"" + SESSION
                + "\",\"usage\":{\"type\":\"x\"},\"is_error\":false,"
                + "\"subtype\":\"success\",\"result\":\"done\",\"type\":\"result\",\"uuid\":\"u\"}";
    }

    static String error(String subtype, String rest) {
        return "{\"session_id\":\"" + SESSION + "\",\"is_error\":true,\"subtype\":\"" + subtype + "\"," + rest
                + ",\"type\":\"result\"}";
    }

    static String ask(String id, String tool) {
        return "{\"type\":\"control_request\",\"request_id\":\"" + id + "\",\"request\":{\"subtype\":\"can_use_tool\","
                + "\"tool_name\":\"" + tool + "\",\"input\":{\"file_path\":\"/p/a\",\"n\":1.50},\"description\":\"a\","
                + "\"permission_suggestions\":[{\"type\":\"setMode\",\"mode\":\"acceptEdits\",\"destination\":"
                + "\"localSettings\"}],\"tool_use_id\":\"t\"}}";
    }

    /** What became of a message. */
    static String message(Object uuid, String state) {
        return "{\"type\":\"command_lifecycle\",\"command_uuid\":\"" + uuid + "\",\"state\":\"" + state
                + "\",\"session_id\":\"" + SESSION + "\"}";
    }

    static String cancel(String id) {
        return "{\"type\":\"control_cancel_request\",\"request_id\":\"" + id + "\"}";
    }

    static String unknownSession() {
        return error(
                "error_during_execution", "\"errors\":[\"No conversation found with session ID: " + SESSION + "\"]");
    }
}
