package dev.switchboard.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PromptMaskTest {
    private static String masked(String line) {
        return new PromptMask().filter(line).toString();
    }

    @Test
    @DisplayName("H3 a prompt does not reach the log with the command line")
    void masksPrompts() {
        assertEquals("switchboard:execute *****", masked("switchboard:execute one 'my secret'\nand more; x"));
        assertEquals("a; execute *****", masked("a; execute --json one secret"));
    }

    @Test
    @DisplayName("H3 other command lines stay as they are")
    void keepsOthers() {
        assertEquals("switchboard:project-list --json", masked("switchboard:project-list --json"));
        assertEquals("help switchboard:execute", masked("help switchboard:execute"));
    }
}
