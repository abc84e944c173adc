package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links of the documentation lead somewhere, and to every page leads one. What pages say is the subject of their own tests. */
class DocumentationTest {
    private static final String ABSOLUTE = "[a-z]+:.*";

    @Test
    @DisplayName("D3 every link from one page to another, to a heading or to a file leads there")
    void linksLeadSomewhere() throws IOException {
        Map<Path, Set<String>> anchors = new HashMap<>();
        List<MarkdownPage> pages = MarkdownPage.all();
        for (MarkdownPage page : pages) {
            anchors.put(page.file(), page.anchors());
        }
        List<String> wrong = new ArrayList<>();
        int followed = 0;
        for (MarkdownPage page : pages) {
            for (String link : page.links()) {
                if (!link.matches(ABSOLUTE)) {
                    whatIsWrong(page, link, anchors).forEach(reason -> wrong.add(page + ": " + link + ": " + reason));
                    followed++;
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(followed > 70, followed + " links");
    }

    private static List<String> whatIsWrong(MarkdownPage page, String link, Map<Path, Set<String>> anchors) {
        Path target = page.target(link);
        if (!target.startsWith(MarkdownPage.ROOT)) {
            return List.of("leads out of the project");
        }
        if (!Files.exists(target)) {
            return List.of("there is no such file");
        }
        int anchor = link.indexOf('#');
        if (anchor < 0 || anchors.getOrDefault(target, Set.of()).contains(link.substring(anchor + 1))) {
            return List.of();
        }
        return List.of("there is no such heading; there are " + anchors.get(target));
    }

    @Test
    @DisplayName("D3 the README links every page of docs/, and the architecture the README of every bundle")
    void pagesAreLinked() throws IOException {
        assertEquals(List.of(), notLinked("docs", "README.md"));
        assertEquals(List.of(), notLinked("bundles", "docs/architecture.md"));
    }

    private static List<MarkdownPage> notLinked(String directory, String from) throws IOException {
        MarkdownPage page = MarkdownPage.read(MarkdownPage.ROOT.resolve(from));
        Set<Path> targets = page.links().stream()
                .filter(link -> !link.matches(ABSOLUTE))
                .map(page::target)
                .collect(Collectors.toSet());
        return MarkdownPage.below(MarkdownPage.ROOT.resolve(directory)).stream()
                .filter(to -> !targets.contains(to.file()))
                .toList();
    }

    @ParameterizedTest
    @DisplayName("D3 headings have the anchors that GitHub gives them")
    @CsvSource({
        "Who may do what, who-may-do-what",
        "'`project_create`, and its answer', project_create-and-its-answer",
        "Runs: C1–C6 (all), runs-c1c6-all",
        "See [the queue](protocol.md#the-queue), see-the-queue",
        "Über *alles* & more, über-alles--more",
    })
    void anchorsAreThoseOfGitHub(String heading, String anchor) {
        assertEquals(anchor, MarkdownPage.anchor(heading));
    }

    @Test
    @DisplayName("D3 what looks like a link or a heading in code is none; headings of one name are numbered")
    void codeIsNoMarkdown() {
        MarkdownPage page = new MarkdownPage(MarkdownPage.ROOT.resolve("docs/page.md"), """
                # Same
                ## Same
                ```sh
                # Comment [a](b)
                ```
                A `[c](d)` and ``[e`](f)``, but [`g`](h.md#i "title") and ![j](k).

                [l]: ../m
                """);
        assertEquals(Set.of("same", "same-1"), page.anchors());
        assertEquals(List.of("h.md#i", "k", "../m"), page.links());
        assertEquals(MarkdownPage.ROOT.resolve("m"), page.target("../m"));
        assertEquals(page.file(), page.target("#same"));
    }
}
