package dev.switchboard.mock.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.mock.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D5 Directives: found in the prompt, known to the registry, described in the README")
class ScenarioRegistryTest {

    @Test
    void everyNameHasAScenarioAndALineInTheReadme() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        for (String name : ScenarioRegistry.NAMES.split(", ")) {
            assertNotNull(ScenarioRegistry.find(name, new String[0]), name);
            assertTrue(
                    readme.contains("`[[" + name + "]]") || readme.contains("`[[" + name + " "),
                    "the README lacks " + name);
        }
        assertThrows(DirectiveException.class, () -> ScenarioRegistry.find("frobnicate", new String[0]));
    }

    @Test
    void valuesAreWordsTextsOrJson() {
        List<Directive> found =
                DirectiveParser.parse("x [[a-b one two k=v q=\"a ]] b\" o={\"x\":[1]}\n]] [[Not]] [[1]] [[c]] ]]");
        assertEquals(List.of("a-b", "c"), found.stream().map(Directive::name).toList());
        Directive first = found.get(0);
        assertEquals(List.of("one", "two"), first.words());
        assertEquals("v", first.text("k", ""));
        assertEquals("a ]] b", first.text("q", ""));
        assertEquals("{\"x\":[1]}", ((JsonObject) first.values().get("o")).toString());
    }

    @Test
    void numbersAndDurationsHaveUnitsAndLimits() {
        Directive directive = DirectiveParser.parse(
                        "[[x a=2k b=3m c=5 d=2s e=10m f=250 g=601s h=99999999999999999999 i=9000000000000000m]]")
                .get(0);
        assertEquals(2048, directive.number("a", 0, 0, 2048));
        assertThrows(DirectiveException.class, () -> directive.number("a", 0, 0, 2047));
        assertThrows(DirectiveException.class, () -> directive.number("a", 0, 2049, 9999));
        assertEquals(3 * 1024 * 1024, directive.number("b", 0, 0, Integer.MAX_VALUE));
        assertEquals(7, directive.number("none", 7, 0, 10));
        assertThrows(DirectiveException.class, () -> directive.number("h", 0, 0, Long.MAX_VALUE));
        assertThrows(DirectiveException.class, () -> directive.number("i", 0, 0, Long.MAX_VALUE));
        assertEquals(2_000, directive.millis("d", ""));
        assertEquals(600_000, directive.millis("e", ""));
        assertEquals(250, directive.millis("f", ""));
        assertThrows(DirectiveException.class, () -> directive.millis("g", ""));
        assertThrows(DirectiveException.class, () -> directive.allow("a", "b"));
    }
}
