package dev.switchboard.itests;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Commands on a page that are marked as such that run as they stand there: {@code <!-- runs -->} before them. What stands behind
 * them under {@code <!-- prints -->} is what they print; {@code …} stands for what differs, also for whole lines.
 *
 * @param line of the page where they begin
 */
record RunnableBlock(int line, String commands, Optional<String> prints) {
    /** The pages that have some; the last one stops the server, restores its backup, and starts it again. */
    static final List<String> PAGES = List.of(
            "README.md",
            "docs/operations.md",
            "docs/security.md",
            "docs/console.md",
            "docs/monitoring/README.md",
            "docs/deployment.md",
            "docs/troubleshooting.md",
            "docs/extensions.md",
            "docs/storage.md");

    private static final String ELLIPSIS = "…";
    private static final Pattern MARKED =
            Pattern.compile("(?s)<!-- runs -->\n```sh\n(.*?)```\n(?:\n<!-- prints -->\n```\n(.*?)```\n)?");

    /** Those of a page, in order. */
    static List<RunnableBlock> of(MarkdownPage page) {
        String text = page.text();
        return MARKED.matcher(text)
                .results()
                .map(block -> new RunnableBlock(
                        (int) text.substring(0, block.start(1)).lines().count() + 1,
                        block.group(1),
                        Optional.ofNullable(block.group(2))))
                .toList();
    }

    /** Whether that is what the page shows, if it shows something. */
    boolean prints(String output) {
        return prints.map(shown -> shape(shown).matcher(output).matches()).orElse(true);
    }

    private static Pattern shape(String shown) {
        return Pattern.compile(shown.lines().map(RunnableBlock::shapeOfLine).collect(Collectors.joining()));
    }

    private static String shapeOfLine(String line) {
        return line.equals(ELLIPSIS)
                ? "(?:.*\n)*"
                : Pattern.quote(line).replace(ELLIPSIS, "\\E.*\\Q") + Matcher.quoteReplacement("\n");
    }
}
