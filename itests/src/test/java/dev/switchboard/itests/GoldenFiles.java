package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.switchboard.protocol.schema.MessageSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The messages that are kept as examples of all types, beside the schemas' tests. With {@code -Dgolden.update=true} they are
 * written anew instead of compared.
 */
final class GoldenFiles {
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");
    private static final ObjectWriter PRETTY = Client.JSON.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"))
            .withSeparators(
                    DefaultPrettyPrinter.DEFAULT_SEPARATORS.withObjectFieldValueSpacing(Separators.Spacing.AFTER)));

    private final Path root = root();
    private final Normalizer normalizer;
    private final Set<String> seen = new TreeSet<>();
    private final List<String> differences = new ArrayList<>();

    GoldenFiles(Normalizer normalizer) {
        this.normalizer = normalizer;
    }

    private static Path root() {
        Path bundles = Files.isDirectory(Path.of("bundles")) ? Path.of("bundles") : Path.of("..", "bundles");
        return bundles.resolve("protocol/src/test/resources/golden");
    }

    /** Compares a request that was sent. Of a type without a variant the variant is empty. */
    void request(JsonNode request, String variant) throws IOException {
        check("request", request, variant);
    }

    /** Compares a frame that came. */
    void frame(JsonNode frame, String variant) throws IOException {
        check("frame", frame, variant);
    }

    private void check(String kind, JsonNode message, String variant) throws IOException {
        String type = message.get("type").asText();
        String name = kind + "/" + type + (variant.isEmpty() ? "" : "-" + variant) + ".json";
        assertEquals(true, seen.add(name), name + " is told once");
        JsonNode now = normalizer.normalize(message);
        Path file = root.resolve(name);
        if (UPDATE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, PRETTY.writeValueAsString(now) + "\n");
        } else {
            compare(name, file, now);
        }
    }

    private void compare(String name, Path file, JsonNode now) throws IOException {
        JsonNode before = Files.exists(file) ? Client.JSON.readTree(file.toFile()) : Client.JSON.missingNode();
        // As texts: the order of fields is part of what is shown.
        String is = text(now);
        String was = text(before);
        if (!is.equals(was)) {
            differences.add(name + "\n  was " + was + "\n  is  " + is);
        }
    }

    private static String text(JsonNode value) throws JsonProcessingException {
        return Client.JSON.writeValueAsString(value);
    }

    /** Fails if something differed, or the files are not those of all types. */
    void finish() throws IOException {
        assertEquals(List.of(), differences, "-Dgolden.update=true writes the files anew");
        assertEquals(seen, files());
        for (String kind : List.of("request", "frame")) {
            MessageSchemas schemas = MessageSchemas.open();
            Set<String> types = new TreeSet<>(kind.equals("request") ? schemas.requestTypes() : schemas.frameTypes());
            assertEquals(types, types(kind));
        }
    }

    private Set<String> types(String kind) {
        return seen.stream()
                .filter(name -> name.startsWith(kind + "/"))
                .map(name -> name.substring(kind.length() + 1, name.length() - ".json".length()))
                .map(name -> name.split("-")[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What is there; when updating, files of earlier stories go. */
    private Set<String> files() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString();
                if (UPDATE && !seen.contains(name)) {
                    Files.delete(file);
                } else {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
