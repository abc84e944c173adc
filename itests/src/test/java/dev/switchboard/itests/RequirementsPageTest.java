package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The page of requirements and their tests is made from the tests' names. {@code -Dgolden.update=true} writes it anew. */
class RequirementsPageTest {
    private static final Path PAGE = MarkdownPage.ROOT.resolve("docs/requirements.md");
    private static final String COMMAND =
            "mvn package -pl itests -am -Dtest=RequirementsPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dgolden.update=true";
    private static final Pattern LINK = Pattern.compile("\\[(\\w+)]\\([^)]*\\)");
    private static final String INTRODUCTION = """
            # Requirements

            What the server has to do, and the tests that prove it. Tests name the requirements that they are about at the beginning of their
            display names (`@DisplayName("H4 H6 …")`); a requirement that no test names fails the build. This page is made from those names; after a
            change of them:

            ```sh
            %s
            ```
            """.formatted(COMMAND);

    @Test
    @DisplayName("D3 the page of requirements names the tests that name them")
    void isThatOfTheTests() throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, made());
        } else {
            String page = Files.readString(PAGE);
            assertEquals(without(page, made()), without(made(), page), "stale; this writes it anew: " + COMMAND);
            assertEquals(made(), page, "stale; this writes it anew: " + COMMAND);
        }
    }

    /** The rows of one page that are not in another, without the addresses of links, which nobody can read. */
    private static String without(String page, String rows) {
        return rows.lines()
                .filter(row -> !page.contains(row))
                .map(row -> LINK.matcher(row).replaceAll("$1"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    @DisplayName("D3 every requirement has a test unless it is said to be missing, and tests name no others")
    void haveTests() throws IOException {
        Map<String, List<Path>> tests = Requirements.tests();
        Set<String> ids = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        for (List<Requirements.Requirement> area : Requirements.byArea().values()) {
            for (Requirements.Requirement requirement : area) {
                assertTrue(ids.add(requirement.id()), requirement.id() + " is there twice");
                if (requirement.notYet() == tests.containsKey(requirement.id())) {
                    wrong.add(requirement + ": " + tests.get(requirement.id()));
                }
            }
        }
        assertEquals(List.of(), wrong);
        Set<String> unknown = new TreeSet<>(tests.keySet());
        unknown.removeAll(ids);
        assertEquals(Map.of(), unknown.stream().collect(Collectors.toMap(id -> id, tests::get)));
    }

    @Test
    @DisplayName("D3 ids are read from the beginning of a test's name only, on whatever line it begins")
    void readsIds() {
        // Not spelled out, for this is a source too.
        String source = """
                @Name("H4 H6 says C1 as it is")
                @Name(
                        "X10 more")
                @Name("RFC 6455")
                /** S1 S2 in the container. */
                    /** P1 of a field. */
                """.replace("@Name", "@DisplayName");
        assertEquals(Set.of("H4", "H6", "S1", "S2", "X10"), Requirements.idsIn(source));
    }

    private static String made() throws IOException {
        Map<String, List<Path>> tests = Requirements.tests();
        StringBuilder page = new StringBuilder(INTRODUCTION);
        Requirements.byArea().forEach((area, requirements) -> {
            page.append("\n## ").append(area).append("\n\n| id | what | tests |\n|---|---|---|\n");
            requirements.forEach(requirement -> page.append("| %s | %s | %s |\n"
                    .formatted(
                            requirement.id(),
                            requirement.sentence(),
                            links(tests.getOrDefault(requirement.id(), List.of())))));
        });
        return page.toString();
    }

    private static String links(List<Path> tests) {
        return tests.isEmpty()
                ? "not yet"
                : tests.stream().map(RequirementsPageTest::link).collect(Collectors.joining(", "));
    }

    private static String link(Path test) {
        String name = test.getFileName().toString().replace(".java", "");
        return "[%s](../%s)".formatted(name, MarkdownPage.ROOT.relativize(test));
    }
}
