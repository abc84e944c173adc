package dev.switchboard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("H4 a setting checks what people write")
class SettingTest {
    private enum Colour {
        RED,
        DARK_BLUE
    }

    @Test
    void theVariableIsTheKeyInUpperCaseWithUnderscores() {
        assertEquals("SWITCHBOARD_LIMITS_CONNECTIONS_PER_IP", number().variable());
    }

    @Test
    void aNumberIsTakenAtItsBoundsAndRefusedOnePastThem() {
        assertEquals(1, number().parse("1"));
        assertEquals(65_535, number().parse(" 65535\t"));
        assertThrows(IllegalArgumentException.class, () -> number().parse("0"));
        assertThrows(IllegalArgumentException.class, () -> number().parse("65536"));
        assertEquals(Optional.of(new Setting.Range(1, 65_535)), number().range());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ten", "1.5", "1 000", "0x10", "99999999999999999999"})
    void whatIsNoWholeNumberIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> number().parse(text));
    }

    @Test
    void theErrorNamesKeyValueAndWhatWouldBeRight() {
        var error = assertThrows(IllegalArgumentException.class, () -> number().parse("many"));
        assertEquals(
                "limits.connections.per.ip = \"many\" is not valid: expected a whole number from 1 to 65535",
                error.getMessage());
    }

    @Test
    void bytesMayBeMoreThanAnIntHolds() {
        Setting<Long> bytes = Setting.bytes("b", 1L << 32, 1, 1L << 40, "");
        assertEquals(1L << 32, bytes.parse(bytes.defaultText()));
        assertEquals(1L << 40, bytes.parse(Long.toString(1L << 40)));
        assertThrows(IllegalArgumentException.class, () -> bytes.parse(Long.toString((1L << 40) + 1)));
    }

    @Test
    void timesHaveTheUnitOfTheirKeyAndAnUpperBound() {
        Setting<Duration> seconds = Setting.seconds("s", 30, 1, "");
        assertEquals(Duration.ofSeconds(30), seconds.parse(seconds.defaultText()));
        assertThrows(IllegalArgumentException.class, () -> seconds.parse("0"));
        assertEquals(Duration.ofDays(365), seconds.parse("31536000"));
        assertThrows(IllegalArgumentException.class, () -> seconds.parse("31536001"));
        Setting<Duration> millis = Setting.millis("m", 3000, 0, "");
        assertEquals(Duration.ofSeconds(3), millis.parse(millis.defaultText()));
        assertEquals(Duration.ofDays(1), millis.parse("86400000"));
        assertThrows(IllegalArgumentException.class, () -> millis.parse("86400001"));
        assertThrows(IllegalArgumentException.class, () -> millis.parse("-1"));
    }

    @Test
    void aFlagIsTrueOrFalseAndNothingElse() {
        Setting<Boolean> flag = Setting.flag("f", true, "");
        assertTrue(flag.parse("true"));
        assertFalse(flag.parse("false"));
        for (String text : List.of("TRUE", "yes", "1", "")) {
            assertThrows(IllegalArgumentException.class, () -> flag.parse(text), text);
        }
        assertEquals(List.of("true", "false"), flag.options());
    }

    @Test
    void aChoiceIsWrittenInLowerCase() {
        Setting<Colour> choice = Setting.choice("c", Colour.class, Colour.RED, "");
        assertEquals(Colour.RED, choice.parse(choice.defaultText()));
        assertEquals(Colour.DARK_BLUE, choice.parse("dark_blue"));
        var error = assertThrows(IllegalArgumentException.class, () -> choice.parse("RED"));
        assertEquals("c = \"RED\" is not valid: expected one of red, dark_blue", error.getMessage());
    }

    @Test
    void aListIsSeparatedByCommasOrBlanks() {
        Setting<List<String>> list = Setting.list("l", "a,b", "");
        assertEquals(List.of("a", "b"), list.parse(list.defaultText()));
        assertEquals(List.of("a", "b", "c", "d"), list.parse("a, b\t,,c  d,"));
        assertEquals(List.of(), list.parse(" , "));
    }

    @Test
    void pathsMayHaveBlanksAndMustBeAbsolute() {
        Setting<List<String>> paths = Setting.paths("p", "", "");
        assertEquals(List.of(), paths.parse(""));
        assertEquals(List.of("/a b", "/c"), paths.parse("/a b , /c,"));
        var error = assertThrows(IllegalArgumentException.class, () -> paths.parse("/a,b"));
        assertTrue(error.getMessage().endsWith("expected absolute paths separated by commas"), error.getMessage());
    }

    @Test
    void aConditionIsAddedToThoseThatThereAre() {
        Setting<Integer> even = number().checked("an even number", value -> value % 2 == 0);
        assertEquals(2, even.parse("2"));
        assertThrows(IllegalArgumentException.class, () -> even.parse("65536"));
        var error = assertThrows(IllegalArgumentException.class, () -> even.parse("3"));
        assertTrue(error.getMessage().endsWith("expected an even number"), error.getMessage());
    }

    @Test
    @DisplayName("H4 a secret is in no error, neither in its text nor in its cause")
    void aSecretIsMasked() {
        Setting<Integer> secret = number().asSecret();
        var error = assertThrows(IllegalArgumentException.class, () -> secret.parse("hunter2"));
        assertFalse(error.getMessage().contains("hunter2"));
        assertNull(error.getCause());
        assertTrue(secret.secret());
    }

    @Test
    void aKeyIsLiveUnlessItSaysOtherwise() {
        assertTrue(number().live());
        assertFalse(number().atStart().live());
        assertFalse(
                number().atStart().asSecret().checked("a number", value -> true).live());
    }

    private static Setting<Integer> number() {
        return Setting.integer("limits.connections.per.ip", 100, 1, 65_535, "How many.");
    }
}
