package dev.switchboard.auth.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.List;
import java.util.Map;

/** Which names tokens may have. */
final class TokenNames {
    /** The name of whoever shows the token that the configuration gives. */
    static final String CONFIGURED = "configured";

    private static final int MAX_CHARACTERS = 64;

    private TokenNames() {}

    /**
     * @throws SwitchboardException {@code VALIDATION_FAILED} if it is not a good name, or another token's name or id
     */
    static void check(String name, List<StoredToken> others) {
        if (name.isBlank() || name.codePointCount(0, name.length()) > MAX_CHARACTERS) {
            throw invalid("a token's name has 1 to " + MAX_CHARACTERS + " characters");
        }
        if (name.codePoints().anyMatch(TokenNames::isInvisible)) {
            throw invalid("a token's name has no control characters");
        }
        if (name.equals(CONFIGURED) || others.stream().anyMatch(token -> token.isCalled(name))) {
            throw invalid("there is a token \"" + name + "\" already; choose another name, or revoke that one first");
        }
    }

    /** What could forge lines of a log, or turn the direction of what stands beside it. */
    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static SwitchboardException invalid(String message) {
        return new SwitchboardException(ErrorCode.VALIDATION_FAILED, message, Map.of("field", "name"));
    }
}
