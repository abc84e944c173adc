package dev.switchboard.mock.turn;

import dev.switchboard.mock.io.Stderr;
import dev.switchboard.mock.io.StdinLines;
import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonReader;
import dev.switchboard.mock.json.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Reads the stream-json input: one JSON object per line. A line that is none is the end of the process. Stdin thread only. */
public final class StreamInput {

    /** Ends the process at once. */
    public interface Exit {
        void now(int code);
    }

    private final Agent agent;
    private final Mailbox mailbox;
    private final ControlRequests controls;
    private final Exit exit;
    private final StdinLines lines = new StdinLines();
    private final Set<String> seen = new HashSet<>();

    public StreamInput(Agent agent, Mailbox mailbox, Exit exit) {
        this.agent = agent;
        this.mailbox = mailbox;
        this.controls = new ControlRequests(agent, mailbox);
        this.exit = exit;
    }

    /** Reads to the end of the input. */
    public void readAll() {
        while (lines.next()) {
            if (!isBlank()) {
                line();
            }
        }
        mailbox.end();
    }

    private void line() {
        try {
            if (JsonReader.read(lines.buffer(), lines.start(), lines.end()) instanceof JsonObject object) {
                dispatch(object);
                return;
            }
        } catch (JsonSyntaxException e) {
            malformed();
            return;
        }
        malformed();
    }

    private void dispatch(JsonObject line) {
        switch (line.string("type") == null ? "" : line.string("type")) {
            case "user" -> message(line);
            case "control_request" -> {
                if (controls.handle(line)) {
                    exit.now(0);
                }
            }
            case "control_response" -> {
                JsonObject response = line.object("response");
                if (response != null) {
                    mailbox.answer(response.string("request_id"), PermissionAnswer.fromResponse(response));
                }
            }
            default -> {}
        }
    }

    private void message(JsonObject line) {
        JsonObject body = line.object("message");
        String role = body == null ? null : body.string("role");
        if (!"user".equals(role)) {
            Stderr.print("Error: Expected message role 'user', got '" + role + "'\n");
            exit.now(1);
            return;
        }
        UserMessage message = UserMessage.fromLine(line);
        if (message.uuid() != null && !seen.add(message.uuid())) {
            TurnRunner.replay(agent, message);
            return;
        }
        if (mailbox.offer(message)) {
            agent.lifecycle().queued(message);
        }
    }

    private boolean isBlank() {
        for (int i = lines.start(); i < lines.end(); i++) {
            byte c = lines.buffer()[i];
            if (c != ' ' && c != '\t' && c != '\r') {
                return false;
            }
        }
        return true;
    }

    /** The current release names the kind and length of the line, the older one repeats it. */
    private void malformed() {
        int length = lines.end() - lines.start();
        String text = new String(lines.buffer(), lines.start(), Math.min(length, 10_000), StandardCharsets.UTF_8);
        String what = agent.version().isCurrent()
                ? "(type=" + guessedType(text) + ", " + length + " chars): SyntaxError"
                : ": " + text + ": SyntaxError";
        Stderr.print("Error parsing streaming input line " + what + "\n");
        exit.now(1);
    }

    private static String guessedType(String text) {
        String key = "\"type\":\"";
        int start = text.indexOf(key);
        int end = start < 0 ? -1 : text.indexOf('"', start + key.length());
        return end < 0 ? "unknown" : text.substring(start + key.length(), end);
    }
}
