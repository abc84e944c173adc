package dev.switchboard.executor.claude.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SetupTest {
    private static String digest(List<String> words, Map<String, String> files, Map<String, String> variables) {
        return new LaunchProfile(words, files, variables).digest();
    }

    @Test
    @DisplayName("X7 X8 a profile's digest is the same for the same profile in any order, and another for any other")
    void digestsTellProfilesApart() {
        Map<String, String> variables = Map.of("A", "1", "B", "2");
        String digest = digest(List.of("claude", "-p"), Map.of("f", "x"), variables);
        assertEquals(digest, digest(List.of("claude", "-p"), Map.of("f", "x"), new HashMap<>(variables)));
        assertTrue(digest.matches("[0-9a-f]{64}"), digest);
        List<String> others = List.of(
                digest(List.of("claude-p"), Map.of("f", "x"), variables),
                digest(List.of("-p", "claude"), Map.of("f", "x"), variables),
                digest(List.of("claude", "-p", "f"), Map.of(), variables),
                digest(List.of("claude", "-p"), Map.of("f", "y"), variables),
                digest(List.of("claude", "-p"), Map.of("fx", ""), variables),
                digest(List.of("claude", "-p"), Map.of("f", "x"), Map.of("A", "1")),
                digest(List.of("claude", "-p"), Map.of("f", "x"), Map.of("A", "2", "B", "1")));
        others.forEach(other -> assertNotEquals(digest, other));
        assertEquals(others.size(), others.stream().distinct().count());
    }

    @Test
    @DisplayName("X8 a setup is found again in custody as it was")
    void livesInLabels() {
        Setup plain = new Setup("p", "default", Optional.empty());
        Setup other = new Setup("p", "plan", Optional.of("opus"));
        assertEquals(Optional.of(plain), Setup.in(plain.labels()));
        assertEquals(Optional.of(other), Setup.in(other.labels()));
        assertTrue(Setup.LABELS.containsAll(other.labels().keySet()));
        assertEquals(Optional.empty(), Setup.in(Map.of()));
        assertEquals(Optional.empty(), Setup.in(Map.of("setup-mode", "plan")));
        assertEquals(Optional.empty(), Setup.in(Map.of("setup-profile", "p")));
    }

    @Test
    @DisplayName(
            "X7 a process serves the next turn if all that holds for its life is the same, and its model can be told")
    void serves() {
        Setup plain = new Setup("p", "default", Optional.empty());
        Setup opus = new Setup("p", "default", Optional.of("opus"));
        assertTrue(plain.serves(plain));
        assertTrue(plain.serves(opus));
        assertFalse(opus.serves(plain), "the CLI's own choice cannot be told");
        assertFalse(plain.serves(new Setup("q", "default", Optional.empty())));
        assertEquals(List.of(), plain.change(plain));
        assertEquals(
                2, plain.change(new Setup("p", "plan", Optional.of("opus"))).size());
    }
}
