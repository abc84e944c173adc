package dev.switchboard.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    @DisplayName("H6 what an agent writes cannot steer the terminal")
    void removesControlCharacters() {
        assertEquals("a\uFFFD[31mb\uFFFDc\uFFFDd", Printable.lines("a\u001B[31mb\u0007c\u202Ed"));
        assertEquals("\uFFFD\uFFFD\uFFFD", Printable.lines("\u0000\u007F\u009B"));
        assertEquals("two\nlines\tand a tab", Printable.lines("two\r\nlines\tand a tab"));
    }

    @Test
    @DisplayName("H6 other characters stay as they are")
    void keepsText() {
        assertEquals("grüße 你好 👩‍💻", Printable.lines("grüße 你好 👩‍💻"));
    }

    @Test
    @DisplayName("H6 one line is cut at its limit and not before")
    void cuts() {
        assertEquals("abcde", Printable.line("abcde", 5));
        assertEquals("abcd…", Printable.line("abcdef", 5));
        assertEquals("a b c", Printable.line(" a\n\t b  c ", 5));
        assertEquals("", Printable.line("", 5));
        assertEquals(5, Printable.line("x".repeat(1_000_000), 5).length());
    }

    @Test
    @DisplayName("H6 a cut does not tear a character apart")
    void keepsCharactersWhole() {
        String cut = Printable.line("abc👩xyz", 5);
        assertEquals("abc…", cut);
        assertFalse(cut.chars().anyMatch(c -> Character.isSurrogate((char) c)));
    }
}
