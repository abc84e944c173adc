package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which commands of the documentation {@code RunnableBlocksIT} runs, and what it holds against their output. */
class RunnableBlockTest {
    @Test
    @DisplayName("D3 every mark on a page is one of a block that is run")
    void marksAreKnown() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (MarkdownPage page : MarkdownPage.all()) {
            int marks = page.text().split("(?m)^<!-- (?:runs|prints) -->$", -1).length - 1;
            int blocks = 0;
            for (RunnableBlock block : RunnableBlock.of(page)) {
                blocks += block.prints().isPresent() ? 2 : 1;
            }
            if (marks != blocks || (marks > 0) != RunnableBlock.PAGES.contains(page.toString())) {
                wrong.add(page + ": " + marks + " marks, " + blocks + " blocks");
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    @DisplayName("D3 a marked block has its commands, its line and what it prints; one without a mark is none")
    void findsBlocks() {
        MarkdownPage page = new MarkdownPage(MarkdownPage.ROOT.resolve("page.md"), """
                ```sh
                rm -rf /
                ```

                <!-- runs -->
                ```sh
                echo a
                ```

                <!-- prints -->
                ```
                a
                ```
                """);
        assertEquals(List.of(new RunnableBlock(7, "echo a\n", Optional.of("a\n"))), RunnableBlock.of(page));
    }

    @Test
    @DisplayName("D3 an output is held against what the page shows, but for what it leaves out")
    void comparesShapes() {
        RunnableBlock block = new RunnableBlock(1, "", Optional.of("made … (now)\n…\nend\n"));
        assertTrue(block.prints("made 7f (now)\nend\n"));
        assertTrue(block.prints("made 7f (now)\none\ntwo\nend\n"));
        assertFalse(block.prints("made 7f (now)\nend\nmore\n"));
        assertFalse(block.prints("made 7f now\nend\n"));
        assertTrue(new RunnableBlock(1, "", Optional.empty()).prints("anything"));
    }
}
