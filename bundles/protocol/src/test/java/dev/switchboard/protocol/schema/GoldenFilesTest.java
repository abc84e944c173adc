package dev.switchboard.protocol.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.protocol.InboundFrame;
import dev.switchboard.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden files, which GoldenFramesIT has taken from a real server, against the schemas. */
class GoldenFilesTest {
    private static final Path ROOT = Path.of("src/test/resources/golden");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static boolean isRequest(Path file) {
        return file.getParent().getFileName().toString().equals("request");
    }

    private static String typeOf(Path file) {
        return file.getFileName().toString().replaceFirst("(-.*)?\\.json$", "");
    }

    @ParameterizedTest
    @MethodSource("files")
    @DisplayName("D3 each golden file is as its schema says, to the last field")
    void fits(Path file) throws IOException {
        byte[] json = Files.readAllBytes(file);
        JsonNode message = Json.read(json);
        assertEquals(typeOf(file), message.get("type").textValue());
        MessageSchemas schemas = MessageSchemas.strict();
        if (isRequest(file)) {
            assertEquals(Optional.empty(), schemas.ofRequestEnvelope().check(message));
            JsonNode data = InboundFrame.parse(json).envelope().data();
            assertEquals(
                    Optional.empty(),
                    schemas.ofRequest(typeOf(file)).orElseThrow().checkRequest(data));
        } else {
            assertEquals(Optional.empty(), schemas.ofFrameEnvelope().check(message));
            assertEquals(
                    Optional.empty(),
                    schemas.ofFrame(typeOf(file)).orElseThrow().check(message.get("data")));
        }
    }

    @Test
    @DisplayName("D3 each type of message has a golden file")
    void coverAllTypes() throws IOException {
        Set<String> requests = new TreeSet<>(MessageSchemas.open().requestTypes());
        Set<String> frames = new TreeSet<>(MessageSchemas.open().frameTypes());
        List<Path> files = files();
        assertEquals(
                requests,
                new TreeSet<>(files.stream()
                        .filter(GoldenFilesTest::isRequest)
                        .map(GoldenFilesTest::typeOf)
                        .toList()));
        assertEquals(
                frames,
                new TreeSet<>(files.stream()
                        .filter(file -> !isRequest(file))
                        .map(GoldenFilesTest::typeOf)
                        .toList()));
    }

    @Test
    @DisplayName("C5 no golden file has anything of the machine that it was made on")
    void tellNoSecrets() throws IOException {
        for (Path file : files()) {
            String text = Files.readString(file);
            assertTrue(Stream.of("/tmp/", "/root", "/work").noneMatch(text::contains), file.toString());
        }
    }
}
