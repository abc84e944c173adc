package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The page's table of all keys is made from the code. {@code -Dgolden.update=true} writes it anew. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "configuration.md");
    private static final String COMMAND =
            "mvn test -pl bundles/config -am -Dtest=ConfigurationPageTest -Dgolden.update=true";
    private static final Pattern TABLE =
            Pattern.compile("(?<=\n<!-- begin: keys -->\n).*?(?=<!-- end: keys -->\n)", Pattern.DOTALL);

    @Test
    @DisplayName("H4 D3 the table of keys says what the code does")
    void tableIsThatOfTheCode() throws IOException {
        String page = Files.readString(PAGE);
        Matcher table = TABLE.matcher(page);
        assertTrue(table.find(), "the page marks where its table is");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, TABLE.matcher(page).replaceFirst(Matcher.quoteReplacement(made())));
        } else {
            assertEquals(made(), table.group(), "docs/configuration.md is stale; this writes it anew: " + COMMAND);
        }
        assertTrue(page.contains(COMMAND), "the page tells how it is made");
    }

    private static String made() {
        String head = "| key | default | values | what it does | a change |\n|---|---|---|---|---|\n";
        return ServerSettings.all().stream().map(ConfigurationPageTest::row).collect(Collectors.joining("", head, ""));
    }

    private static String row(Setting<?> setting) {
        String shown = setting.defaultText().isEmpty() ? "" : '`' + setting.defaultText() + '`';
        String source = setting.secret() ? "`" + setting.variable() + "`, `…_FILE`" : '`' + setting.variable() + '`';
        return "| `" + setting.key() + "`<br>" + source + " | " + escaped(shown) + " | " + escaped(setting.expected())
                + " | " + escaped(setting.description()) + " | " + (setting.live() ? "live" : "at start") + " |\n";
    }

    private static String escaped(String cell) {
        return cell.replace("|", "\\|");
    }
}
