package dev.switchboard.executor.claude.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rules of the CLI by which neither {@code @path} in a prompt nor its own tools read certain files: a prompt attaches any file
 * that the server's user can read, without a question. Commands are another matter: those are asked about.
 */
final class ReadRules {
    /** In a rule, these mean something; what has one of them in its path has no rule. */
    private static final String UNSAFE = ".*[()\\[\\]{}*?!\\\\].*";

    private ReadRules() {}

    /** Settings for the CLI; empty if it may read everything. */
    static Optional<String> of(Settings settings) {
        List<String> paths = new ArrayList<>(settings.get(ServerSettings.CLAUDE_READ_DENIED));
        String data = settings.get(ServerSettings.DATA_DIR);
        if (data.startsWith("/") && !data.matches(UNSAFE)) {
            paths.add(data);
        }
        if (paths.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode rules = Json.object();
        ArrayNode deny = rules.putObject("permissions").putArray("deny");
        for (String path : paths) {
            // A second slash makes it absolute: one alone stands for the project's directory.
            String absolute = (path.startsWith("/") ? "/" : "") + path.replaceAll("/+$", "");
            deny.add("Read(" + absolute + ")");
            deny.add("Read(" + absolute + "/**)");
        }
        return Optional.of(Json.text(rules));
    }
}
