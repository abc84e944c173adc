package dev.switchboard.protocol.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The page for authors of clients: its examples are the golden files. {@code -Dgolden.update=true} puts them in anew. */
class ProtocolPageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "protocol.md");
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- golden: (\\S+) -->\\n```json\\n(.*?)```", Pattern.DOTALL);

    private static String page() throws IOException {
        return Files.readString(PAGE);
    }

    private static String golden(MatchResult example) {
        try {
            return Files.readString(GOLDEN.resolve(example.group(1)));
        } catch (IOException e) {
            throw new IllegalStateException(example.group(), e);
        }
    }

    @Test
    @DisplayName("D3 every example on the page is what a real server sent or took")
    void showsGoldenFiles() throws IOException {
        String page = page();
        if (Boolean.getBoolean("golden.update")) {
            page = EXAMPLE.matcher(page)
                    .replaceAll(example -> Matcher.quoteReplacement(
                            "<!-- golden: " + example.group(1) + " -->\n```json\n" + golden(example) + "```"));
            Files.writeString(PAGE, page);
        }
        List<MatchResult> examples = EXAMPLE.matcher(page).results().toList();
        assertTrue(examples.size() > 20, examples.size() + " examples");
        examples.forEach(example -> assertEquals(golden(example), example.group(2), example.group(1)));
        assertEquals(examples.size(), count(page, "```json"), "blocks without a mark");
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    @DisplayName("D3 the page names every type, every option, every role and every code")
    void isComplete() throws IOException {
        Set<String> names = new TreeSet<>(MessageSchemas.open().requestTypes());
        names.addAll(MessageSchemas.open().frameTypes());
        names.addAll(keys("fields.json", "/$defs/options/properties"));
        names.addAll(keys("requests.json", "/$defs/get_messages/properties"));
        for (ErrorCode code : ErrorCode.values()) {
            names.add(code.name());
        }
        String page = page();
        List<String> missing =
                names.stream().filter(name -> !page.contains("`" + name + "`")).collect(Collectors.toList());
        assertEquals(List.of(), missing);
    }

    private static List<String> keys(String document, String pointer) throws IOException {
        try (InputStream in = MessageSchemas.class.getResourceAsStream(document)) {
            JsonNode object = Json.read(in.readAllBytes()).at(pointer);
            List<String> keys = new ArrayList<>();
            object.fieldNames().forEachRemaining(keys::add);
            return keys;
        }
    }
}
