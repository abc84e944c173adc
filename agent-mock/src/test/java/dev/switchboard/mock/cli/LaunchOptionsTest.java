package dev.switchboard.mock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.AgentVersion;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D5 The command line, without a process")
class LaunchOptionsTest {

    private static final AgentVersion CURRENT = new AgentVersion("2.1.330");

    private static LaunchOptions parse(String... words) {
        return LaunchOptions.parse(words, CURRENT);
    }

    @Test
    void continueTakesNoValue() {
        LaunchOptions options = parse("-p", "-c", "some-id", "the prompt");
        assertTrue(options.session().latest());
        assertEquals("some-id", options.prompt());
    }

    @Test
    void shortOptionsMayBeJoinedAndCarryTheirValue() {
        LaunchOptions options = parse("-pc", "hi");
        assertTrue(options.session().latest());
        assertEquals("hi", options.prompt());
        assertEquals("abc", parse("-p", "-rabc").session().resume());
        assertNull(parse("-p", "-r", "--verbose").session().resume());
    }

    @Test
    void rulesAreSplitAtCommasAndBlanksOutsideParentheses() {
        assertEquals(
                List.of("Write", "Bash(git *)", "Read"), LaunchOptions.rules(List.of("Write Bash(git *)", ",Read,")));
        assertEquals(List.of("Nope((("), LaunchOptions.rules(List.of("Nope(((")));
        assertEquals(List.of(), LaunchOptions.rules(List.of("")));
    }

    @Test
    void aVariadicOptionEndsAtTheNextOption() {
        LaunchOptions options = parse("-p", "--allowed-tools", "Write", "Read", "--verbose", "prompt");
        assertEquals(List.of("Write", "Read"), options.tools().allowed());
        assertEquals("prompt", options.prompt());
    }

    @Test
    void theLastValueCountsAndManualIsDefault() {
        assertEquals("b", parse("-p", "--model", "a", "--model", "b").model());
        assertEquals("default", parse("-p", "--permission-mode", "manual").permissionMode());
        assertEquals("default", parse("-p", "--permission-mode", "default").permissionMode());
    }

    @Test
    void whatLooksLikeAnOptionIsAValueAfterOneThatNeedsIt() {
        assertEquals("--verbose", parse("-p", "--model", "--verbose").model());
        assertFalse(parse("-p", "--model", "--verbose").verbose());
    }

    @Test
    void theVersionIsAnsweredBeforeAnyUnknownOption() {
        EarlyExit exit = assertThrows(EarlyExit.class, () -> parse("--nope", "--version"));
        assertEquals(0, exit.code());
        assertEquals("2.1.330 (Claude Code)\n", exit.output());
    }

    @Test
    void optionsOfTheCurrentReleaseAreUnknownToTheOlderOne() {
        String[] words = {"-p", "--include-hook-events"};
        assertNull(parse(words).prompt());
        assertThrows(EarlyExit.class, () -> LaunchOptions.parse(words, new AgentVersion("2.1.197")));
    }
}
