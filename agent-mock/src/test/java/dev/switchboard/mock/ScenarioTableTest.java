package dev.switchboard.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.switchboard.mock.scenario.ScenarioNames;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D5 The README's table of scenarios: all eighteen, with directives and tests that exist")
class ScenarioTableTest {

    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|");
    private static final Pattern DIRECTIVE = Pattern.compile("\\[\\[([a-z-]+)");
    private static final Pattern TEST = Pattern.compile("`([A-Za-z]+)#([A-Za-z]+)`");

    @Test
    void everyScenarioIsPlayedByATest() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("README.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                numbers.add(Integer.parseInt(row.group(1)));
                directives(row.group(3));
                tests(row.group(1), row.group(4));
            }
        }
        assertEquals(IntStream.rangeClosed(1, 18).boxed().toList(), numbers);
    }

    private static void directives(String cell) {
        Matcher directive = DIRECTIVE.matcher(cell);
        while (directive.find()) {
            assertTrue(ScenarioNames.all().contains(directive.group(1)), "no directive " + directive.group());
        }
    }

    private static void tests(String number, String cell) {
        Matcher test = TEST.matcher(cell);
        int count = 0;
        for (; test.find(); count++) {
            assertTrue(methods(test.group(1)).contains(test.group(2)), "no test " + test.group());
        }
        assertTrue(count > 0, "scenario " + number + " has no test");
    }

    private static List<String> methods(String testClass) {
        try {
            Class<?> named = Class.forName(ScenarioTableTest.class.getPackageName() + "." + testClass);
            return Stream.of(named.getDeclaredMethods()).map(Method::getName).toList();
        } catch (ClassNotFoundException e) {
            return fail("no class " + testClass, e);
        }
    }
}
