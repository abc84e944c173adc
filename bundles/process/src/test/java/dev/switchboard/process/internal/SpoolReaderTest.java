package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.process.SpoolLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolReaderTest {
    private static final int LIMIT = Content.IN_MEMORY_LIMIT;

    @TempDir
    Path directory;

    private Path spool;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);

    @BeforeEach
    void create() throws IOException {
        spool = Files.createFile(directory.resolve("spool"));
    }

    @Test
    @DisplayName("X2 lines are found however the bytes come")
    void growing() throws IOException {
        try (SpoolReader reader = new SpoolReader(spool, 0)) {
            assertEquals(List.of(), read(reader));
            append("on");
            assertEquals(List.of(), read(reader));
            append("e\n\ntw");
            assertEquals(List.of("one", ""), read(reader));
            append("o\n");
            assertEquals(List.of("two"), read(reader));
            assertTrue(reader.torn().isEmpty());
            append("torn");
            assertEquals(List.of(), read(reader));
            SpoolLine torn = reader.torn().orElseThrow();
            assertEquals("torn", torn.content().toText());
            assertTrue(torn.torn());
            assertEquals(13, torn.end());
        }
    }

    @Test
    @DisplayName("X8 reading begins at an offset and ends at a limit")
    void offsetAndLimit() throws IOException {
        append("one\ntwo\nthree\n");
        try (SpoolReader reader = new SpoolReader(spool, 4)) {
            assertEquals(List.of("two"), texts(reader.read(buffer, 10)));
            assertTrue(reader.exhausted());
            assertEquals("th", reader.torn().orElseThrow().content().toText());
        }
        try (SpoolReader reader = new SpoolReader(spool, 1000)) {
            assertEquals(List.of(), texts(reader.read(buffer, 14)));
            assertTrue(reader.exhausted());
            assertTrue(reader.torn().isEmpty());
        }
    }

    @Test
    @DisplayName("X2 a line is in memory up to the limit, and a region of the file one byte above")
    void memoryLimit() throws IOException {
        for (int length : List.of(LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT)) {
            Files.write(spool, new byte[0]);
            append("before\n");
            append(line(length));
            append("\nafter\n");
            try (SpoolReader reader = new SpoolReader(spool, 0)) {
                List<SpoolLine> lines = readAll(reader);
                assertEquals(3, lines.size());
                assertEquals(length, lines.get(1).content().size());
                assertEquals(length <= LIMIT, lines.get(1).content().inMemory(), "length " + length);
                assertEquals(line(length), lines.get(1).content().toText());
                assertEquals("after", lines.get(2).content().toText());
            }
        }
    }

    @Test
    @DisplayName("X2 a long line without its end is torn, as a region of the file")
    void longTorn() throws IOException {
        append(line(LIMIT + 1));
        try (SpoolReader reader = new SpoolReader(spool, 0)) {
            readAll(reader);
            assertEquals(LIMIT + 1, reader.torn().orElseThrow().content().size());
            assertFalse(reader.torn().orElseThrow().content().inMemory());
        }
    }

    @Test
    @DisplayName("X2 a batch has at most 512 lines, and at most the limit in memory")
    void batches() throws IOException {
        append("x\n".repeat(SpoolReader.BATCH_LINES + 1));
        try (SpoolReader reader = new SpoolReader(spool, 0)) {
            assertEquals(SpoolReader.BATCH_LINES, read(reader).size());
            assertEquals(1, read(reader).size());
        }
        Files.write(spool, new byte[0]);
        append("y".repeat(SpoolReader.BATCH_BYTES - 10) + "\n" + line(LIMIT) + "\n");
        try (SpoolReader reader = new SpoolReader(spool, 0)) {
            assertEquals(1, read(reader).size());
            List<SpoolLine> second = new ArrayList<>();
            while (second.isEmpty()) {
                second = reader.read(buffer, Long.MAX_VALUE);
            }
            assertEquals(List.of(line(LIMIT)), texts(second));
        }
    }

    @Test
    @DisplayName("X2 any mixture of lengths comes out as it went in, and no batch holds too much")
    void mixture() throws IOException {
        Random random = new Random(7);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (SpoolReader reader = new SpoolReader(spool, 0)) {
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            for (int i = 0; i < 400; i++) {
                int length = switch (random.nextInt(20)) {
                    case 0 -> LIMIT - 2 + random.nextInt(4);
                    case 1, 2, 3 -> random.nextInt(300_000);
                    default -> random.nextInt(300);
                };
                byte[] bytes = new byte[length];
                Arrays.fill(bytes, (byte) ('a' + i % 26));
                Files.write(spool, bytes, StandardOpenOption.APPEND);
                Files.write(spool, new byte[] {'\n'}, StandardOpenOption.APPEND);
                written.write(bytes);
                written.write('\n');
                if (random.nextInt(3) == 0) {
                    take(reader, got);
                }
            }
            while (got.size() < written.size()) {
                take(reader, got);
            }
            assertArrayEquals(written.toByteArray(), got.toByteArray());
        }
    }

    private void take(SpoolReader reader, ByteArrayOutputStream got) throws IOException {
        List<SpoolLine> lines = reader.read(buffer, Long.MAX_VALUE);
        long memory = 0;
        for (SpoolLine line : lines) {
            memory += line.content().inMemory() ? line.content().size() : 0;
            got.write(line.content().toBytes());
            got.write('\n');
            assertEquals(got.size(), line.end());
        }
        assertTrue(memory <= LIMIT, "a batch of " + memory);
        assertTrue(lines.size() <= SpoolReader.BATCH_LINES);
    }

    private List<String> read(SpoolReader reader) throws IOException {
        return texts(reader.read(buffer, Long.MAX_VALUE));
    }

    private List<SpoolLine> readAll(SpoolReader reader) throws IOException {
        List<SpoolLine> all = new ArrayList<>();
        do {
            all.addAll(reader.read(buffer, Long.MAX_VALUE));
        } while (!reader.exhausted());
        return all;
    }

    private static List<String> texts(List<SpoolLine> lines) {
        return lines.stream().map(line -> line.content().toText()).toList();
    }

    private static String line(int length) {
        return "0123456789abcdef".repeat(length / 16 + 1).substring(0, length);
    }

    private void append(String text) throws IOException {
        Files.write(spool, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.APPEND);
    }
}
