package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonWriter;
import dev.switchboard.mock.session.Session;
import dev.switchboard.mock.turn.Turn;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.TreeSet;

/** What the process was given: {@code [[echo]]}, {@code [[args]]}, {@code [[cwd]]}, {@code [[env NAME]]}, {@code [[session]]}. */
final class ReportScenario implements Scenario {

    private final String[] commandLine;

    ReportScenario(String[] commandLine) {
        this.commandLine = commandLine;
    }

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow();
        turn.say(
                switch (directive.name()) {
                    case "args" -> JsonWriter.toString(List.of(commandLine));
                    case "cwd" -> turn.agent().cwd().toString();
                    case "env" -> environment(directive);
                    case "session" -> session(turn.session());
                    default ->
                        directive.says("digest")
                                ? digest(turn.prompt().text())
                                : JsonWriter.asciiLiteral(turn.prompt().text());
                });
    }

    /** All names without values, or one value as JSON, null if it is not set. */
    private static String environment(Directive directive) {
        if (directive.words().isEmpty()) {
            return String.join(" ", new TreeSet<>(System.getenv().keySet()));
        }
        JsonObject values = new JsonObject();
        for (String name : directive.words()) {
            values.put(name, System.getenv(name));
        }
        return values.toString();
    }

    private static String session(Session session) {
        return JsonObject.of("session_id", session.id())
                .put("turn", session.prompts())
                .put("before", session.lastPrompt())
                .toString();
    }

    private static String digest(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            StringBuilder hex = new StringBuilder();
            for (byte b : MessageDigest.getInstance("SHA-256").digest(bytes)) {
                hex.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
            return JsonObject.of("chars", text.length())
                    .put("bytes", bytes.length)
                    .put("sha256", hex.toString())
                    .toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
