package dev.switchboard.shell.internal.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("H6 X7 what is typed in a conversation")
class ChatInputTest {
    @ParameterizedTest
    @CsvSource({"/help, help, ''", "' /mode  plan ', mode, plan", "/queue cancel 1, queue, cancel 1"})
    void commandsBeginWithASlash(String line, String name, String argument) {
        assertEquals(new ChatInput.Command(name, argument), ChatInput.of(line));
    }

    @ParameterizedTest
    @CsvSource({
        "hello, hello",
        "' fix it! ', fix it!",
        "//context, /context",
        "/usr/bin is on the PATH, /usr/bin is on the PATH",
        "say \"it, say \"it",
        "/ alone, / alone"
    })
    void everythingElseGoesToTheAgent(String line, String prompt) {
        assertEquals(new ChatInput.Prompt(prompt), ChatInput.of(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\t"})
    void blanksAreNothing(String line) {
        assertInstanceOf(ChatInput.Nothing.class, ChatInput.of(line));
    }

    @ParameterizedTest
    @CsvSource({
        "y, ALLOW, , false",
        "' YES ', ALLOW, , false",
        "always, ALLOW, , true",
        "a, ALLOW, , true",
        "n, DENY, , false",
        "No, DENY, , false",
        "deny, DENY, , false",
        "deny not on this branch, DENY, not on this branch, false"
    })
    void answersAreAFewWords(String line, Decision decision, String message, boolean remember) {
        assertEquals(
                Optional.of(
                        new PermissionAnswer("p1", decision, Optional.ofNullable(message), Optional.empty(), remember)),
                ChatAnswer.of("p1", line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes please do the rest too", "no idea", "yep", "denying", "", "allow"})
    void whatWasMeantForTheAgentIsNoAnswer(String line) {
        assertEquals(Optional.empty(), ChatAnswer.of("p1", line));
    }

    @Test
    void modesGoRound() {
        PermissionModes modes = new PermissionModes(Set.of(), false);
        assertEquals(List.of("default", "acceptEdits", "plan"), modes.offered());
        assertEquals("acceptEdits", modes.after("default"));
        assertEquals("default", modes.after("plan"));
    }

    @Test
    @DisplayName("H6 C5 bypassing questions is offered only if it is allowed, and modes only if the agent has them")
    void modesAreThoseThereAre() {
        assertEquals(
                List.of("default", "acceptEdits", "plan", "bypassPermissions"),
                new PermissionModes(Set.of("default", "acceptEdits", "plan", "bypassPermissions", "x"), true)
                        .offered());
        assertEquals(List.of("default", "plan"), new PermissionModes(Set.of("plan"), true).offered());
        assertEquals(List.of("default"), new PermissionModes(Set.of("other"), false).offered());
    }
}
