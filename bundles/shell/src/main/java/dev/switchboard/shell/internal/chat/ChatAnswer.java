package dev.switchboard.shell.internal.chat;

import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A typed answer to an agent's question. Only these few words are one: what somebody was about to say to the agent when the
 * question came must not be taken for a yes.
 */
final class ChatAnswer {
    static final String EXPECTED = "y, n, always, or deny and why";

    private static final Pattern DENY = Pattern.compile("(?is)deny(?:\\s+(.+))?");

    private ChatAnswer() {}

    /** The answer that a line is, if it is one. */
    static Optional<PermissionAnswer> of(String permissionId, String line) {
        String text = line.strip();
        Matcher deny = DENY.matcher(text);
        if (deny.matches()) {
            return Optional.of(answer(permissionId, Decision.DENY, Optional.ofNullable(deny.group(1)), false));
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "y", "yes" -> Optional.of(answer(permissionId, Decision.ALLOW, Optional.empty(), false));
            case "a", "always" -> Optional.of(answer(permissionId, Decision.ALLOW, Optional.empty(), true));
            case "n", "no" -> Optional.of(answer(permissionId, Decision.DENY, Optional.empty(), false));
            default -> Optional.empty();
        };
    }

    private static PermissionAnswer answer(
            String permissionId, Decision decision, Optional<String> message, boolean remember) {
        return new PermissionAnswer(permissionId, decision, message, Optional.empty(), remember);
    }
}
